package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.elf.Machine;
import java.util.Optional;

/** Reads the instructions of one kind of processor. */
interface Decoder {

  /**
   * Decodes one instruction.
   *
   * @param at where in the code it begins
   * @return empty where these bytes are no instruction, or one that is cut off
   */
  Optional<Instruction> decode(Code code, int at);

  /** Returns the decoder for a processor; empty where there is none. */
  static Optional<Decoder> of(Machine machine) {
    if (machine.equals(Machine.X86_64)) {
      return Optional.of(new X86Decoder());
    }
    return machine.equals(Machine.AARCH64) ? Optional.of(new Arm64Decoder()) : Optional.empty();
  }
}
