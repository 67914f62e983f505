package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/** A program of a {@link BpfObject}, valid as long as that is open. */
public final class BpfProgram {
  private static final int OPTIONS_SIZE = 40;
  private static final int TEST_RUN_SIZE = 72;

  private final Libbpf libbpf;
  private final LibbpfLog log;
  private final Pointer program;

  BpfProgram(Libbpf libbpf, LibbpfLog log, Pointer program) {
    this.libbpf = libbpf;
    this.log = log;
    this.program = program;
  }

  /** Says whether the object's load takes this program along; before the load only. */
  public void setAutoload(boolean autoload) {
    libbpf.bpf_program__set_autoload(program, autoload);
  }

  /** Sets what the program will be attached to; before the load only. */
  public void setExpectedAttachType(int type) {
    libbpf.bpf_program__set_expected_attach_type(program, type);
  }

  /** Lets the program sleep (kernel 6.0); before the load only. */
  public void setSleepable() {
    libbpf.bpf_program__set_flags(program, BpfSystemCall.BPF_F_SLEEPABLE);
  }

  /** Returns the descriptor; only after the object was loaded. */
  public int fd() {
    return libbpf.bpf_program__fd(program);
  }

  /** Runs a raw tracepoint's program once, without its tracepoint (kernel 5.10). */
  public void runOnce() throws KernelException {
    // struct bpf_test_run_opts of libbpf 1.0: only sz is not zero
    Pointer options = Memory.allocateDirect(libbpf.runtime(), TEST_RUN_SIZE, true);
    options.putLong(0, TEST_RUN_SIZE);
    int result = libbpf.bpf_prog_test_run_opts(fd(), options);
    if (result < 0) {
      throw new KernelException(
          "A BPF program did not run: " + Errno.describe(-result) + ".", -result, "");
    }
  }

  /**
   * Attaches the program to one place of a file, by a perf event of its own.
   *
   * @param semaphore where in the file the kernel counts those who trace it; 0 for nowhere
   * @param cookie what the program is told when it fires; 0 for none, which every kernel takes
   * @return the link; closing it detaches
   */
  public Handle attachUprobe(
      String path, long offset, long semaphore, long cookie, boolean atReturn)
      throws KernelException {
    // struct bpf_uprobe_opts of libbpf 1.0: sz, ref_ctr_offset, bpf_cookie, retprobe, func_name
    Pointer options = Memory.allocateDirect(libbpf.runtime(), OPTIONS_SIZE, true);
    options.putLong(0, OPTIONS_SIZE);
    options.putLong(8, semaphore);
    options.putLong(16, cookie);
    options.putByte(24, (byte) (atReturn ? 1 : 0));
    log.clear();
    Pointer link = libbpf.bpf_program__attach_uprobe_opts(program, -1, path, offset, options);
    if (link == null) {
      int errno = LastError.getLastError(libbpf.runtime());
      throw new KernelException(
          "The uprobe was refused: " + Errno.describe(errno) + ".", errno, log.text());
    }
    return () -> libbpf.bpf_link__destroy(link);
  }
}
