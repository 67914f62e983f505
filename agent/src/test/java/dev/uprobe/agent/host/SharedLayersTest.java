package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of one image are overlays of one folder: their files differ by device only. */
@KernelTest
class SharedLayersTest {
  private static final String SOURCE =
      RunningProgram.PROLOGUE
          + """
          TRACED int layered(int n) { return n; }
          int main(int count, char **arguments) { layered(count); ready(); return 0; }
          """;
  private static final String SPEC =
      """
      target: {host: {comm: layered-prog}}
      probes:
      - {name: p, symbol: layered, signature: int layered(int n), message: "n = {n}"}
      """;

  @TempDir Path folder;
  private Toolchain tools;

  @BeforeEach
  void mountTwoOverlays() throws Exception {
    tools = new Toolchain(folder);
    Path lower = Files.createDirectory(folder.resolve("lower"));
    new Toolchain(lower).gcc("layered-prog", SOURCE);
    for (String name : List.of("one", "two")) {
      for (String part : List.of("", "-upper", "-work")) {
        Files.createDirectory(folder.resolve(name + part));
      }
      String layers =
          "lowerdir=%s,upperdir=%s-upper,workdir=%s-work"
              .formatted(lower, folder.resolve(name), folder.resolve(name));
      tools.run("mount", "-t", "overlay", "overlay", "-o", layers, name);
    }
  }

  @AfterEach
  void unmount() throws Exception {
    tools.run("umount", "one", "two");
  }

  @Test
  void aCallIsReportedOnceHoweverManyContainersShareItsFile() throws Exception {
    try (RunningProgram first = start("one");
        RunningProgram second = start("two");
        TracedHost host = TracedHost.start(BpfEnvironment.load(), SPEC)) {
      first.finish();
      second.finish();
      start("one", "again").close();
      assertEquals(List.of("n = 2"), host.await(1));
      assertEquals(List.of("n = 2"), host.finish());
    }
  }

  private RunningProgram start(String layer, String... arguments) throws Exception {
    return RunningProgram.start(folder.resolve(layer).resolve("layered-prog"), arguments);
  }
}
