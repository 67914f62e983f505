package dev.uprobe.agent.doctor;

import dev.uprobe.agent.process.watch.MappingWatch;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libbpf.BpfSystemCall;
import dev.uprobe.agent.sys.libbpf.KernelFeatures;
import dev.uprobe.agent.sys.libbpf.Libbpf;
import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tries what tracing needs, on the running kernel, one thing after the other. What cannot be tried
 * for another's sake says so.
 */
final class CapabilityProbes {
  /** enum bpf_map_type of linux/bpf.h. */
  private static final int BPF_MAP_TYPE_RINGBUF = 27;

  private final Capabilities held;
  private final List<CheckResult> findings = new ArrayList<>();

  private CapabilityProbes(Capabilities held) {
    this.held = held;
  }

  /** Tries everything. */
  static List<CheckResult> run(Architecture architecture, Capabilities held) {
    CapabilityProbes trials = new CapabilityProbes(held);
    trials.run(architecture);
    return trials.findings;
  }

  /**
   * Tries what can be tried where the numbers of system calls are not known.
   *
   * @param unsupported the finding about the architecture
   */
  static List<CheckResult> runWithoutSystemCalls(CheckResult unsupported) {
    CapabilityProbes trials = new CapabilityProbes(new Capabilities(0));
    if (nativeCode().failed()) {
      trials.skip(unsupported, BpfFindings.LIBBPF);
    } else {
      trials.findings.add(libbpf());
    }
    trials.skip(unsupported, BpfFindings.PROGRAM, BpfFindings.PROGRAM_STARTS);
    trials.skipProbing(unsupported);
    return trials.findings;
  }

  private void run(Architecture architecture) {
    CheckResult nativeCode = nativeCode();
    findings.add(nativeCode);
    if (nativeCode.failed()) {
      skip(nativeCode, BpfFindings.LIBBPF, BpfFindings.PROGRAM, BpfFindings.PROGRAM_STARTS);
      skipProbing(nativeCode);
      return;
    }
    Libc libc = Libc.load();
    CheckResult libbpf = libbpf();
    findings.add(libbpf);
    CheckResult program = program(libc, architecture);
    findings.add(program);
    findings.add(programStarts(libc, architecture, held));
    Stream.of(libbpf, program)
        .filter(CheckResult::failed)
        .findFirst()
        .ifPresentOrElse(this::skipProbing, this::tryProbing);
  }

  private static CheckResult nativeCode() {
    boolean works;
    try {
      works = Libc.load().getpagesize() > 0;
    } catch (LinkageError e) {
      works = false;
    }
    return BpfFindings.nativeCode(works, System.getProperty("java.io.tmpdir"));
  }

  private static CheckResult libbpf() {
    Optional<String> version;
    try {
      version = Optional.of(Libbpf.load().libbpf_version_string());
    } catch (LinkageError e) {
      version = Optional.empty();
    }
    return BpfFindings.libbpf(version);
  }

  private CheckResult program(Libc libc, Architecture architecture) {
    Optional<KernelException> refusal = Optional.empty();
    try {
      libc.close(new BpfSystemCall(libc, architecture).loadEmptyProgram(0, 0));
    } catch (KernelException e) {
      refusal = Optional.of(e);
    }
    return BpfFindings.program(refusal, held);
  }

  private static CheckResult programStarts(
      Libc libc, Architecture architecture, Capabilities held) {
    Optional<KernelException> refusal = Optional.empty();
    try (Poller poller = new Poller(libc, architecture)) {
      new MappingWatch(libc, architecture, poller, mapping -> {}, () -> {}).close();
    } catch (KernelException e) {
      refusal = Optional.of(e);
    }
    return BpfFindings.programStarts(refusal, held);
  }

  private void tryProbing() {
    BpfEnvironment environment;
    try {
      environment = BpfEnvironment.load();
    } catch (KernelException e) {
      throw new IllegalStateException("libbpf was loaded just now.", e);
    }
    CheckResult ringBuffer =
        BpfFindings.ringBuffer(
            environment.libbpf().libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, null) == 1);
    findings.add(ringBuffer);
    KernelFeatures features = environment.features();
    findings.add(BpfFindings.attachCookies(features.attachCookie()));
    findings.add(BpfFindings.uprobeMulti(features.uprobeMulti()));
    findings.add(BpfFindings.absentMemory(features.sleepable()));
    if (ringBuffer.failed()) {
      skip(ringBuffer, BpfFindings.SELF_TEST);
    } else {
      findings.add(new SelfTest(environment).run());
    }
  }

  private void skipProbing(CheckResult obstacle) {
    skip(
        obstacle,
        BpfFindings.RING_BUFFER,
        BpfFindings.ATTACH_COOKIES,
        BpfFindings.UPROBE_MULTI,
        BpfFindings.ABSENT_MEMORY,
        BpfFindings.SELF_TEST);
  }

  private void skip(CheckResult obstacle, String... names) {
    Stream.of(names).map(each -> CheckResult.notTried(each, obstacle)).forEach(findings::add);
  }
}
