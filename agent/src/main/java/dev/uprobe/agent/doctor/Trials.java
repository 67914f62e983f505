package dev.uprobe.agent.doctor;

import dev.uprobe.agent.kernel.Architecture;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import dev.uprobe.agent.kernel.Poller;
import dev.uprobe.agent.libbpf.BpfEnvironment;
import dev.uprobe.agent.libbpf.BpfSystemCall;
import dev.uprobe.agent.libbpf.KernelFeatures;
import dev.uprobe.agent.libbpf.Libbpf;
import dev.uprobe.agent.target.MappingWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tries what tracing needs, on the running kernel, one thing after the other. What cannot be tried
 * for another's sake says so.
 */
final class Trials {
  /** enum bpf_map_type of linux/bpf.h. */
  private static final int BPF_MAP_TYPE_RINGBUF = 27;

  private final Capabilities held;
  private final List<Finding> findings = new ArrayList<>();

  private Trials(Capabilities held) {
    this.held = held;
  }

  /** Tries everything. */
  static List<Finding> run(Architecture architecture, Capabilities held) {
    Trials trials = new Trials(held);
    trials.run(architecture);
    return trials.findings;
  }

  /**
   * Tries what can be tried where the numbers of system calls are not known.
   *
   * @param unsupported the finding about the architecture
   */
  static List<Finding> runWithoutSystemCalls(Finding unsupported) {
    Trials trials = new Trials(new Capabilities(0));
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
    Finding nativeCode = nativeCode();
    findings.add(nativeCode);
    if (nativeCode.failed()) {
      skip(nativeCode, BpfFindings.LIBBPF, BpfFindings.PROGRAM, BpfFindings.PROGRAM_STARTS);
      skipProbing(nativeCode);
      return;
    }
    Libc libc = Libc.load();
    Finding libbpf = libbpf();
    findings.add(libbpf);
    Finding program = program(libc, architecture);
    findings.add(program);
    findings.add(programStarts(libc, architecture));
    Stream.of(libbpf, program)
        .filter(Finding::failed)
        .findFirst()
        .ifPresentOrElse(this::skipProbing, this::tryProbing);
  }

  private static Finding nativeCode() {
    boolean works;
    try {
      works = Libc.load().getpagesize() > 0;
    } catch (LinkageError e) {
      works = false;
    }
    return BpfFindings.nativeCode(works, System.getProperty("java.io.tmpdir"));
  }

  private static Finding libbpf() {
    Optional<String> version;
    try {
      version = Optional.of(Libbpf.load().libbpf_version_string());
    } catch (LinkageError e) {
      version = Optional.empty();
    }
    return BpfFindings.libbpf(version);
  }

  private Finding program(Libc libc, Architecture architecture) {
    Optional<KernelException> refusal = Optional.empty();
    try {
      libc.close(new BpfSystemCall(libc, architecture).loadEmptyProgram(0, 0));
    } catch (KernelException e) {
      refusal = Optional.of(e);
    }
    return BpfFindings.program(refusal, held);
  }

  private static Finding programStarts(Libc libc, Architecture architecture) {
    Optional<KernelException> refusal = Optional.empty();
    try (Poller poller = new Poller(libc, architecture)) {
      new MappingWatch(libc, architecture, poller, mapping -> {}, () -> {}).close();
    } catch (KernelException e) {
      refusal = Optional.of(e);
    }
    return BpfFindings.programStarts(refusal);
  }

  private void tryProbing() {
    BpfEnvironment environment;
    try {
      environment = BpfEnvironment.load();
    } catch (KernelException e) {
      throw new IllegalStateException("libbpf was loaded just now.", e);
    }
    Finding ringBuffer =
        BpfFindings.ringBuffer(
            environment.libbpf().libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, null) == 1);
    findings.add(ringBuffer);
    KernelFeatures features = environment.features();
    findings.add(BpfFindings.attachCookies(features.attachCookie()));
    findings.add(BpfFindings.uprobeMulti(features.uprobeMulti()));
    if (ringBuffer.failed()) {
      skip(ringBuffer, BpfFindings.SELF_TEST);
    } else {
      findings.add(new SelfTest(environment).run());
    }
  }

  private void skipProbing(Finding obstacle) {
    skip(
        obstacle,
        BpfFindings.RING_BUFFER,
        BpfFindings.ATTACH_COOKIES,
        BpfFindings.UPROBE_MULTI,
        BpfFindings.SELF_TEST);
  }

  private void skip(Finding obstacle, String... names) {
    Stream.of(names).map(each -> Finding.notTried(each, obstacle)).forEach(findings::add);
  }
}
