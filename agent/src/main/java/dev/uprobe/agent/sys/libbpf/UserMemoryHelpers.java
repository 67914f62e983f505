package dev.uprobe.agent.sys.libbpf;

import dev.uprobe.bpf.Constants;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;

/**
 * Writes the numbers of helpers into programs as libbpf loads them, where bpf/user_memory.h has
 * placeholders for them and says why.
 */
final class UserMemoryHelpers {
  /** struct bpf_insn of linux/bpf.h: code, registers, offset of 16 bits, immediate of 32. */
  private static final int INSTRUCTION_SIZE = 8;

  private static final int IMMEDIATE = 4;

  /** A call of a helper: BPF_JMP | BPF_CALL, without registers and offset. */
  private static final int CALL = 0x85;

  /** struct libbpf_prog_handler_opts: sz, cookie, and three callbacks, of which one is used. */
  private static final int HANDLER_SIZE = 40;

  private static final int PREPARE_LOAD = 24;

  private final Libbpf libbpf;
  private final Libbpf.PrepareLoad prepare = this::writeNumbers;

  private UserMemoryHelpers(Libbpf libbpf) {
    this.libbpf = libbpf;
  }

  /** libbpf calls it until the process ends, so that it must live as long. */
  private static final class OfThisProcess {
    private static final UserMemoryHelpers REGISTERED = registered(Libbpf.load());
  }

  /**
   * Has libbpf prepare the agent's programs so, whichever object they are in.
   *
   * @throws ExceptionInInitializerError when libbpf takes no handler
   */
  static void register() {
    Objects.requireNonNull(OfThisProcess.REGISTERED);
  }

  private static UserMemoryHelpers registered(Libbpf libbpf) {
    UserMemoryHelpers helpers = new UserMemoryHelpers(libbpf);
    Pointer callback =
        libbpf
            .runtime()
            .getClosureManager()
            .getClosurePointer(Libbpf.PrepareLoad.class, helpers.prepare);
    Pointer handler = Memory.allocateDirect(libbpf.runtime(), HANDLER_SIZE, true);
    handler.putLong(0, HANDLER_SIZE);
    handler.putPointer(PREPARE_LOAD, callback);
    for (String section : List.of("uprobe", "uretprobe")) {
      int result =
          libbpf.libbpf_register_prog_handler(
              section, BpfSystemCall.BPF_PROG_TYPE_KPROBE, 0, handler);
      if (result < 0) {
        throw new IllegalStateException("libbpf takes no handler of programs: " + result + ".");
      }
    }
    return helpers;
  }

  private int writeNumbers(Pointer program, Pointer options, long cookie) {
    long count = libbpf.bpf_program__insn_cnt(program);
    byte[] instructions = new byte[Math.toIntExact(count * INSTRUCTION_SIZE)];
    libbpf.bpf_program__insns(program).get(0, instructions, 0, instructions.length);
    writeNumbers(instructions);
    return libbpf.bpf_program__set_insns(program, instructions, count);
  }

  static void writeNumbers(byte[] instructions) {
    ByteBuffer buffer = ByteBuffer.wrap(instructions).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < instructions.length; at += INSTRUCTION_SIZE) {
      int number = buffer.getInt(at + IMMEDIATE);
      if (buffer.getInt(at) == CALL && (number & Constants.NUMBERED_BY_AGENT) != 0) {
        buffer.putInt(at + IMMEDIATE, number & ~Constants.NUMBERED_BY_AGENT);
      }
    }
  }
}
