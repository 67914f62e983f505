package dev.uprobe.agent.doctor;

import dev.uprobe.agent.kernel.Architecture;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import dev.uprobe.agent.libbpf.BpfEnvironment;
import dev.uprobe.agent.libbpf.BpfSystemCall;
import dev.uprobe.agent.libbpf.KernelFeatures;
import dev.uprobe.agent.libbpf.Libbpf;
import dev.uprobe.agent.target.MappingWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Tries what tracing needs, on the running kernel. */
final class Trials {
  /** enum bpf_map_type of linux/bpf.h. */
  private static final int BPF_MAP_TYPE_RINGBUF = 27;

  private final Capabilities held;

  Trials(Capabilities held) {
    this.held = held;
  }

  /**
   * Tries one thing after the other; what cannot be tried for another's sake says so.
   *
   * @param unsupported the finding about an architecture that is not supported
   */
  List<Finding> run(Optional<Architecture> architecture, Finding unsupported) {
    List<Finding> findings = new ArrayList<>();
    Finding nativeCode = nativeCode();
    findings.add(nativeCode);
    Finding libbpf =
        nativeCode.failed() ? Finding.notTried(BpfFindings.LIBBPF, nativeCode) : libbpf();
    findings.add(libbpf);
    Finding obstacle = nativeCode.failed() ? nativeCode : unsupported;
    if (nativeCode.failed() || architecture.isEmpty()) {
      findings.add(Finding.notTried(BpfFindings.PROGRAM, obstacle));
      findings.add(Finding.notTried(BpfFindings.PROGRAM_STARTS, obstacle));
      findings.addAll(notTried(obstacle));
      return findings;
    }
    Libc libc = Libc.load();
    Finding program = program(libc, architecture.get());
    findings.add(program);
    findings.add(programStarts(libc, architecture.get()));
    findings.addAll(
        Stream.of(libbpf, program)
            .filter(Finding::failed)
            .findFirst()
            .map(Trials::notTried)
            .orElseGet(Trials::withLibbpf));
    return findings;
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
    } catch (UnsatisfiedLinkError e) {
      version = Optional.empty();
    }
    return BpfFindings.libbpf(version);
  }

  private Finding program(Libc libc, Architecture architecture) {
    Optional<KernelException> refusal = Optional.empty();
    try {
      libc.close(new BpfSystemCall(libc, architecture).loadEmptyProgram(0));
    } catch (KernelException e) {
      refusal = Optional.of(e);
    }
    return BpfFindings.program(refusal, held);
  }

  private static Finding programStarts(Libc libc, Architecture architecture) {
    Optional<KernelException> refusal = Optional.empty();
    try {
      new MappingWatch(libc, architecture, mapping -> {}, () -> {}).close();
    } catch (KernelException e) {
      refusal = Optional.of(e);
    }
    return BpfFindings.programStarts(refusal);
  }

  private static List<Finding> withLibbpf() {
    try {
      BpfEnvironment environment = BpfEnvironment.load();
      KernelFeatures features = environment.features();
      boolean ringBuffer =
          environment.libbpf().libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, null) == 1;
      Finding ring = BpfFindings.ringBuffer(ringBuffer);
      return List.of(
          ring,
          BpfFindings.attachCookies(features.attachCookie()),
          BpfFindings.uprobeMulti(features.uprobeMulti()),
          ring.failed()
              ? Finding.notTried(BpfFindings.SELF_TEST, ring)
              : new SelfTest(environment).run());
    } catch (KernelException e) {
      throw new IllegalStateException("libbpf was loaded just now.", e);
    }
  }

  private static List<Finding> notTried(Finding obstacle) {
    return Stream.of(
            BpfFindings.RING_BUFFER,
            BpfFindings.ATTACH_COOKIES,
            BpfFindings.UPROBE_MULTI,
            BpfFindings.SELF_TEST)
        .map(each -> Finding.notTried(each, obstacle))
        .toList();
  }
}
