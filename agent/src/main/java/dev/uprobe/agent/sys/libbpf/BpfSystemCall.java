package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.agent.sys.libc.Errno;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jnr.ffi.LastError;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * The commands of bpf(2) that libbpf before 1.3 does not know; Debian 12 has 1.1.2.
 *
 * <p>Layouts: union bpf_attr of linux/bpf.h, kernel 6.6.
 */
public final class BpfSystemCall {
  /** enum bpf_attach_type. */
  public static final int BPF_TRACE_UPROBE_MULTI = 48;

  /** Of a program's flags: it may sleep. */
  static final int BPF_F_SLEEPABLE = 1 << 4;

  /** Of an update: whether the key is there already or not. */
  static final int BPF_ANY = 0;

  /** enum bpf_prog_type. */
  public static final int BPF_PROG_TYPE_KPROBE = 2;

  private static final int BPF_PROG_LOAD = 5;
  private static final int BPF_LINK_CREATE = 28;
  private static final int BPF_F_UPROBE_MULTI_RETURN = 1;
  private static final int LINK_CREATE_SIZE = 64;
  private static final int PROG_LOAD_SIZE = 72;

  private final Libc libc;
  private final int number;

  public BpfSystemCall(Libc libc, Architecture architecture) {
    this.libc = libc;
    this.number = architecture.bpfSystemCall();
  }

  /**
   * Attaches a program to functions of one file.
   *
   * @param offsets where in the file the functions begin
   * @param semaphores where in the file the kernel counts those who trace each; 0 for nowhere
   * @param cookies what the program is told when it fires, one for each offset
   * @return the link's descriptor; closing it detaches
   */
  public int attachUprobeMulti(
      int programFd,
      String path,
      long[] offsets,
      long[] cookies,
      long[] semaphores,
      boolean atReturn)
      throws KernelException {
    Pointer attributes = Memory.allocateDirect(libc.runtime(), LINK_CREATE_SIZE, true);
    attributes.putInt(0, programFd);
    attributes.putInt(8, BPF_TRACE_UPROBE_MULTI);
    Pointer pathBytes = bytes((path + '\0').getBytes(StandardCharsets.UTF_8));
    Pointer offsetNumbers = longs(offsets);
    Pointer cookieNumbers = longs(cookies);
    attributes.putAddress(16, pathBytes.address());
    attributes.putAddress(24, offsetNumbers.address());
    Pointer semaphoreNumbers = longs(semaphores);
    attributes.putAddress(32, semaphoreNumbers.address());
    attributes.putAddress(40, cookieNumbers.address());
    attributes.putInt(48, offsets.length);
    attributes.putInt(52, atReturn ? BPF_F_UPROBE_MULTI_RETURN : 0);
    int fd;
    int errno;
    try {
      fd = (int) libc.syscall(number, BPF_LINK_CREATE, attributes, LINK_CREATE_SIZE);
      errno = fd < 0 ? LastError.getLastError(libc.runtime()) : 0;
    } finally {
      // The kernel reads this memory during the call, so nothing of it may be collected before.
      Reference.reachabilityFence(
          Arrays.asList(pathBytes, offsetNumbers, cookieNumbers, semaphoreNumbers));
    }
    if (fd < 0) {
      throw new KernelException(
          "uprobe_multi was refused: " + Errno.describe(errno) + ".", errno, "");
    }
    return fd;
  }

  /**
   * Loads a program of type kprobe that does nothing, for a look at what the kernel can do.
   *
   * @param flags of the program, such as {@link #BPF_F_SLEEPABLE}
   * @return the program's descriptor
   */
  public int loadEmptyProgram(int expectedAttachType, int flags) throws KernelException {
    // r0 = 0; exit
    return load(new long[] {0xb7L, 0x95L}, expectedAttachType, flags);
  }

  /** Loads a program that compares and exchanges a number on its stack. */
  int loadCompareAndExchange() throws KernelException {
    // r0 = 0; r2 = 0; *(u64 *)(r10 - 8) = 0; r0 = cmpxchg_64(r10 - 8, r0, r2); exit
    return load(new long[] {0xb7L, 0x2b7L, 0xfff80a7aL, 0x000000f1_fff8_2a_dbL, 0x95L}, 0, 0);
  }

  private int load(long[] program, int expectedAttachType, int flags) throws KernelException {
    Pointer instructions = longs(program);
    Pointer license = bytes("GPL\0".getBytes(StandardCharsets.UTF_8));
    Pointer attributes = Memory.allocateDirect(libc.runtime(), PROG_LOAD_SIZE, true);
    attributes.putInt(0, BPF_PROG_TYPE_KPROBE);
    attributes.putInt(4, program.length);
    attributes.putAddress(8, instructions.address());
    attributes.putAddress(16, license.address());
    attributes.putInt(44, flags);
    attributes.putInt(68, expectedAttachType);
    int fd;
    int errno;
    try {
      fd = (int) libc.syscall(number, BPF_PROG_LOAD, attributes, PROG_LOAD_SIZE);
      errno = fd < 0 ? LastError.getLastError(libc.runtime()) : 0;
    } finally {
      Reference.reachabilityFence(Arrays.asList(instructions, license));
    }
    if (fd < 0) {
      throw new KernelException(
          "bpf(2) does not load a program: " + Errno.describe(errno) + ".", errno, "");
    }
    return fd;
  }

  private Pointer longs(long[] values) {
    Pointer memory = Memory.allocateDirect(libc.runtime(), values.length * Long.BYTES);
    memory.put(0, values, 0, values.length);
    return memory;
  }

  private Pointer bytes(byte[] values) {
    Pointer memory = Memory.allocateDirect(libc.runtime(), values.length);
    memory.put(0, values, 0, values.length);
    return memory;
  }
}
