package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.disasm.Instruction.Kind;
import dev.uprobe.agent.binary.disasm.Instruction.Memory;
import dev.uprobe.agent.binary.elf.Machine;
import java.util.Optional;
import java.util.OptionalLong;

/** The few instructions by which a file jumps to a function of another one, through a slot. */
public final class Stub {
  private static final int MAX_INSTRUCTIONS = 4;

  private Stub() {}

  /** Returns the address of the slot; empty where the code is no such stub. */
  public static OptionalLong slot(Machine machine, Code code) {
    return machine.equals(Machine.X86_64) ? x86(code) : arm64(code);
  }

  private static OptionalLong x86(Code code) {
    Decoder decoder = Decoder.of(Machine.X86_64).orElseThrow();
    int at = 0;
    for (int i = 0; i < MAX_INSTRUCTIONS; i++) {
      Optional<Instruction> each = decoder.decode(code, at);
      if (each.isEmpty()) {
        break;
      }
      at += each.get().length();
      Memory memory = each.get().memory();
      if (each.get().kind() == Kind.MEMORY_JUMP && memory.base() == Memory.INSTRUCTION_POINTER) {
        return OptionalLong.of(code.address() + at + memory.displacement());
      }
    }
    return OptionalLong.empty();
  }

  /** ADRP X16, page; LDR X17, [X16, offset]; perhaps with BTI before. */
  private static OptionalLong arm64(Code code) {
    for (int at = 0; at + 8 <= code.length() && at <= 4; at += 4) {
      int page = code.i32(at);
      int load = code.i32(at + 4);
      if ((page & 0x9f00001f) == 0x90000010 && (load & 0xffc003ff) == 0xf9400211) {
        long pages = ((long) (page << 8 >> 13) << 2) | (page >> 29 & 3);
        long base = (code.address() + at & ~0xfffL) + (pages << 12);
        return OptionalLong.of(base + (load >> 10 & 0xfff) * 8L);
      }
    }
    return OptionalLong.empty();
  }
}
