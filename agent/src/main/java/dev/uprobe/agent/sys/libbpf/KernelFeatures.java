package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;

/**
 * What the running kernel can do beyond the least that tracing needs.
 *
 * @param uprobeMulti one link attaches to any number of functions (kernel 6.6)
 * @param attachCookie a program is told which function fired (kernel 5.15)
 * @param sleepable a uprobe program may wait for memory that is not there yet (kernel 6.0)
 * @param atomics programs may compare and exchange in one step (kernel 5.12)
 */
public record KernelFeatures(
    boolean uprobeMulti, boolean attachCookie, boolean sleepable, boolean atomics) {
  private static final int BPF_FUNC_GET_ATTACH_COOKIE = 174;

  /** Returns the same kernel to a program that is not to sleep. */
  public KernelFeatures withoutSleep() {
    return new KernelFeatures(uprobeMulti, attachCookie, false, atomics);
  }

  /** Asks the kernel. Without the privilege to load programs, every answer is no. */
  public static KernelFeatures probe(Libbpf libbpf, Libc libc, BpfSystemCall bpf) {
    boolean cookie =
        libbpf.libbpf_probe_bpf_helper(
                BpfSystemCall.BPF_PROG_TYPE_KPROBE, BPF_FUNC_GET_ATTACH_COOKIE, null)
            == 1;
    return new KernelFeatures(
        hasUprobeMulti(libc, bpf), cookie, hasSleepable(libc, bpf), hasAtomics(libc, bpf));
  }

  /**
   * Asks the kernel for uprobe_multi alone.
   *
   * <p>A kernel that knows it refuses a folder as no file to probe: EBADF, not EINVAL.
   */
  public static boolean hasUprobeMulti(Libc libc, BpfSystemCall bpf) {
    try {
      int program = bpf.loadEmptyProgram(BpfSystemCall.BPF_TRACE_UPROBE_MULTI, 0);
      try {
        libc.close(
            bpf.attachUprobeMulti(program, "/", new long[1], new long[1], new long[1], false));
        return true;
      } finally {
        libc.close(program);
      }
    } catch (KernelException e) {
      return e.errno() == Errno.EBADF;
    }
  }

  private static boolean hasAtomics(Libc libc, BpfSystemCall bpf) {
    try {
      libc.close(bpf.loadCompareAndExchange());
      return true;
    } catch (KernelException e) {
      return false;
    }
  }

  /**
   * A kernel that loads a sleepable program of this type attaches it to uprobes, by either link:
   * both came at once (kernel/bpf/verifier.c, can_be_sleepable; kernel/trace/trace_uprobe.c).
   */
  private static boolean hasSleepable(Libc libc, BpfSystemCall bpf) {
    try {
      libc.close(bpf.loadEmptyProgram(0, BpfSystemCall.BPF_F_SLEEPABLE));
      return true;
    } catch (KernelException e) {
      return false;
    }
  }
}
