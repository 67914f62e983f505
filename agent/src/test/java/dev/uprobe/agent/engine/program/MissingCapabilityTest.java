package dev.uprobe.agent.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.engine.AttachResult;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.KernelFeatures;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.plan.ProbePlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that was given no CAP_SYS_ADMIN, on a kernel that attaches by perf events. */
class MissingCapabilityTest {
  private static final String FOUR = "+bpf,+perfmon,+sys_ptrace,+dac_read_search";

  @TempDir Path folder;

  @KernelTest
  @Test
  void theReasonNamesTheCapabilityAndTheValueToSet() throws Exception {
    Path program = new Toolchain(folder).gcc("sample", "int main(void) { return 0; }");

    List<String> withSysAdmin = run(FOUR + ",+sys_admin", program);
    assertEquals(List.of("attached"), withSysAdmin);

    List<String> without = run(FOUR, program);
    assertEquals("MissingCapability", without.get(0));
    assertTrue(without.get(1).contains("CAP_SYS_ADMIN"), without.get(1));
    assertTrue(without.get(1).contains("agent.sysAdmin"), without.get(1));
  }

  private static List<String> run(String capabilities, Path program) throws Exception {
    String bounds = "-all," + capabilities;
    Process process =
        new ProcessBuilder(
                "setpriv",
                "--no-new-privs",
                "--bounding-set",
                bounds,
                "--inh-caps",
                "-all",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                program.toString())
            .redirectErrorStream(true)
            .start();
    try {
      return process.inputReader().lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Attaches to main, and says what came of it. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      Path program = Path.of(arguments[0]);
      ProbePlan plan =
          TracedHost.plan("target: {host: {}}\nprobes:\n- {name: p, symbol: main}\n")
              .probes()
              .get(0);
      try (ProbeSet probes =
              new ProbeSet(
                  BpfEnvironment.load(), new KernelFeatures(false, true, false, false), 1 << 16);
          ElfFile elf = ElfFile.open(program);
          FunctionTable functions = FunctionTable.of(elf)) {
        Selection nobody = new Selection(0, OptionalInt.of(1), Optional.empty(), Optional.empty());
        probes
            .add("test", plan, nobody)
            .attach(
                program.toString(),
                functions.find("main").stream()
                    .map(each -> new ProbeSite(each.name(), each.fileOffset()))
                    .toList());
        System.out.println("attached");
      } catch (KernelException e) {
        AttachResult.Failed failed = AttachResult.Failed.of(e);
        System.out.println(failed.reason().word());
        System.out.println(failed.message());
      }
    }
  }
}
