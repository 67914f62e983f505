package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.KernelTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DoctorCommandTest {

  @Test
  @KernelTest
  void findsThatTracingWorksOnThisHost() throws IOException {
    StringWriter out = new StringWriter();
    CommandLine doctor = new CommandLine(new DoctorCommand()).setOut(new PrintWriter(out));

    int status = doctor.execute();

    String text = out.toString();
    assertEquals(0, status, text);
    String release = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    assertTrue(text.startsWith("ok    kernel                  " + release + "\n"), text);
    assertTrue(text.contains("ok    libbpf                  v1."), text);
    assertTrue(text.contains("ok    BPF                     a program loads\n"), text);
    assertTrue(text.contains("ok    ring buffer             can be created\n"), text);
    assertTrue(text.contains("ok    self-test               a probe on getpagesize of /"), text);
    assertTrue(text.contains("\nTracing works on this host"), text);
  }
}
