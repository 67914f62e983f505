package dev.uprobe.agent.containers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.containers.ContainerLab.RunningContainer;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
class ContainerAttachTest {
  private static final int BUFFER_SIZE = 64 * 1024;
  private static final int NO_PROCESS = 0;

  private static final String PROGRAM =
      RunningProgram.PROLOGUE
          + """
          TRACED int work(int number) { return number + 1; }
          int main(void) { ready(); return work(1) + work(2) - 5; }
          """;

  @Test
  void anOpenedFileIsProbedAfterItHasBeenClosed(@TempDir Path folder) throws Exception {
    ContainerLab lab = ContainerLab.in(folder.toRealPath());
    Path root = lab.root("root", lab.tools().gcc("program", PROGRAM, "-static"));
    BpfEnvironment environment = BpfEnvironment.load();
    ContainerFiles files =
        new ContainerFiles(environment.libc(), Path.of("/proc"), Machine.ofHost());
    try (RunningContainer running = lab.run(root);
        ProbeSet probes = new ProbeSet(environment, BUFFER_SIZE)) {
      Selection selection =
          new Selection(
              NO_PROCESS, OptionalInt.of(running.pid()), Optional.empty(), Optional.empty());
      AttachedProbe probe =
          probes.add(
              "test",
              TracedHost.plan(
                      """
                      target: {host: {}}
                      probes: [{name: work, symbol: work, signature: int work(int number)}]
                      """)
                  .probes()
                  .get(0),
              selection);
      try (FoundFiles found = files.find(Optional.of("/bin/program"), running.container())) {
        TargetFile file = found.files().get(0);
        assertEquals(
            List.of(),
            probe.attach(file.path().toString(), List.of(new ProbeSite("work", offset(file)))));
      }
      running.program().finish();
      assertEquals(2, probes.buffer().drain(record -> {}));
    }
  }

  private static long offset(TargetFile file) throws IOException {
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath());
        FunctionTable functions = FunctionTable.of(elf)) {
      return functions.find("work").get(0).fileOffset();
    }
  }
}
