package dev.uprobe.agent.doctor;

import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.program.MissingCapabilityException;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.files.HostTarget;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.Convention;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.plan.Limit;
import dev.uprobe.language.plan.MessageTemplate;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Puts a probe on a function of this process's C library, calls it, and looks for the event. */
final class SelfTest {
  private static final String FUNCTION = "getpagesize";

  /** A selection leaves the agent's own process out, but here that is the one that calls. */
  private static final int NO_PROCESS = 0;

  private static final int BUFFER_SIZE = 64 * 1024;

  private final BpfEnvironment environment;

  SelfTest(BpfEnvironment environment) {
    this.environment = environment;
  }

  CheckResult run() {
    try (FoundFiles libc = libc()) {
      return run(libc.files().get(0));
    } catch (MissingCapabilityException e) {
      return CheckResult.fail(
          BpfFindings.SELF_TEST,
          "this kernel attaches uprobes only for a process with CAP_SYS_ADMIN",
          "In a cluster, set the chart's value agent.sysAdmin to true; on a host, run it as root.");
    } catch (KernelException e) {
      return failed("a probe cannot be set: " + reason(e));
    } catch (IOException e) {
      return failed(Sentence.reason(e) + ".");
    }
  }

  private CheckResult run(TargetFile libc) throws IOException, KernelException {
    ProbeSite site = new ProbeSite(FUNCTION, offset(libc));
    try (ProbeSet probes = new ProbeSet(environment, BUFFER_SIZE)) {
      AttachedProbe probe = probes.add("doctor", plan(), thisThread());
      if (!probe.attach(libc.path().toString(), List.of(site)).isEmpty()) {
        return failed("the kernel refuses a probe on " + FUNCTION + " of " + libc.displayPath());
      }
      environment.libc().getpagesize();
      boolean fired = probes.buffer().drain(record -> {}) > 0;
      String where = FUNCTION + " of " + libc.displayPath();
      return fired
          ? CheckResult.ok(BpfFindings.SELF_TEST, "a probe on " + where + " has fired")
          : failed("a probe on " + where + " was attached and has not fired");
    }
  }

  private FoundFiles libc() throws IOException {
    int self = (int) ProcessHandle.current().pid();
    HostFilter filter = new HostFilter(OptionalInt.of(self), Optional.empty(), Optional.empty());
    return HostFiles.ofThisHost(environment.libc()).find(Optional.of("c"), HostTarget.of(filter));
  }

  private static long offset(TargetFile libc) throws IOException {
    DebugFiles debugFiles = DebugFiles.of(libc.tree(), libc.displayPath());
    try (ElfFile elf = ElfFile.open(libc.path(), libc.displayPath());
        FunctionTable functions = FunctionTable.of(elf, debugFiles)) {
      return functions.find(FUNCTION).stream()
          .mapToLong(Function::fileOffset)
          .findFirst()
          .orElseThrow(() -> new IOException(libc.displayPath() + " has no " + FUNCTION));
    }
  }

  private static ProbePlan plan() {
    return new ProbePlan(
        BpfFindings.SELF_TEST,
        ProbeType.ENTRY,
        Optional.of("c"),
        new AttachPoint.Functions(List.of(FUNCTION), 0),
        Convention.C,
        List.of(),
        List.of(),
        Limit.NONE,
        Optional.empty(),
        0,
        new MessageTemplate(List.of()));
  }

  /** By the thread's name, which is the same in every PID namespace. */
  private static Selection thisThread() throws IOException {
    String comm = Files.readString(Path.of("/proc/thread-self/comm")).stripTrailing();
    return new Selection(NO_PROCESS, OptionalInt.empty(), Optional.of(comm), Optional.empty());
  }

  private static CheckResult failed(String found) {
    return CheckResult.fail(
        BpfFindings.SELF_TEST,
        found,
        "Fix the problems above; if there are none, look at `dmesg`.");
  }

  /** The exception's own sentence may send its reader to the doctor. */
  private static String reason(KernelException e) {
    String reason = e.errno() == 0 ? e.getMessage() : Errno.describe(e.errno());
    List<String> details = e.details().lines().toList();
    return details.isEmpty() ? reason : reason + ", " + details.get(details.size() - 1).strip();
  }
}
