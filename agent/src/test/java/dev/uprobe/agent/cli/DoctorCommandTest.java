package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DoctorCommandTest {

  @Test
  @Tag("kernel")
  void findsThatTracingWorksOnThisHost() throws IOException {
    assumeTrue(isRoot(), "needs root");
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

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }
}
