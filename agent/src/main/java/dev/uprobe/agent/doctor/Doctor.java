package dev.uprobe.agent.doctor;

import dev.uprobe.agent.sys.libc.Architecture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Examines this host: reads what it says about itself, and tries what tracing needs. */
public final class Doctor {
  private static final int MAX_BYTES = 64 * 1024;

  private final Path proc;
  private final Path sys;

  /**
   * Creates one.
   *
   * @param proc where the proc file system is mounted
   * @param sys where the sys file system is mounted
   */
  public Doctor(Path proc, Path sys) {
    this.proc = proc;
    this.sys = sys;
  }

  /** Makes all checks; one that cannot be made is a finding too. */
  public Report examine() {
    Optional<Architecture> known = Architecture.ofThisHost();
    CheckResult architecture = KernelFindings.architecture(known, System.getProperty("os.arch"));
    Capabilities held =
        read(proc.resolve("self/status"))
            .flatMap(Capabilities::ofStatus)
            .orElse(new Capabilities(0));
    List<CheckResult> findings = new ArrayList<>();
    findings.add(KernelFindings.release(read(proc.resolve("sys/kernel/osrelease")).orElse("")));
    findings.add(architecture);
    findings.add(KernelFindings.btf(Files.isReadable(sys.resolve("kernel/btf/vmlinux"))));
    findings.add(
        KernelFindings.uprobes(Files.exists(sys.resolve("bus/event_source/devices/uprobe/type"))));
    findings.add(KernelFindings.lockdown(read(sys.resolve("kernel/security/lockdown"))));
    findings.add(KernelFindings.pidNamespace(link(proc.resolve("self/ns/pid"))));
    findings.add(PrivilegeFindings.capabilities(held));
    findings.add(PrivilegeFindings.otherProcesses(held));
    findings.add(
        PrivilegeFindings.perfEventParanoid(
            read(proc.resolve("sys/kernel/perf_event_paranoid")), held));
    findings.addAll(
        known
            .map(each -> CapabilityProbes.run(each, held))
            .orElseGet(() -> CapabilityProbes.runWithoutSystemCalls(architecture)));
    return new Report(findings);
  }

  private static Optional<String> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> link(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
