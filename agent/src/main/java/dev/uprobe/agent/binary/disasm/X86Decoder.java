package dev.uprobe.agent.binary.disasm;

import dev.uprobe.agent.binary.disasm.Instruction.Kind;
import java.util.Optional;

/**
 * Instructions of x86-64 in 64-bit mode: how long they are, and which of them leave the straight
 * line.
 *
 * <p>The maps are those of the Intel manual, volume 2, appendix A, and of AMD's XOP.
 */
final class X86Decoder implements Decoder {
  private static final int MAX_LENGTH = 15;

  @Override
  public Optional<Instruction> decode(Code code, int at) {
    if (at < 0 || at >= code.length()) {
      return Optional.empty();
    }
    X86Cursor cursor = new X86Cursor(code, at);
    Instruction decoded = instruction(cursor);
    return cursor.failed() || cursor.length() > MAX_LENGTH
        ? Optional.empty()
        : Optional.of(decoded);
  }

  private static Instruction instruction(X86Cursor cursor) {
    int first = cursor.skipPrefixes();
    switch (first) {
      case 0x0f -> {
        return twoBytes(cursor);
      }
      case 0xc5 -> {
        cursor.next();
        return vector(cursor, 1);
      }
      case 0xc4 -> {
        int map = cursor.next() & 0x1f;
        cursor.next();
        return vector(cursor, map);
      }
      case 0x62 -> {
        int map = cursor.next() & 7;
        cursor.next();
        cursor.next();
        return vector(cursor, map);
      }
      case 0x8f -> {
        // XOP where the map's number is 8 or more; POP otherwise
        int map = cursor.peek() & 0x1f;
        if (map >= 8) {
          cursor.next();
          cursor.next();
          return extended(cursor, map);
        }
        cursor.modRm();
        return cursor.other();
      }
      default -> {
        return oneByte(cursor, first);
      }
    }
  }

  private static Instruction oneByte(X86Cursor cursor, int opcode) {
    if (opcode < 0x40) {
      return arithmetic(cursor, opcode);
    }
    if (opcode < 0x50) {
      return cursor.fail();
    }
    return switch (opcode) {
      case 0x60, 0x61, 0x82, 0x9a, 0xce, 0xd4, 0xd5, 0xd6, 0xea -> cursor.fail();
      // Prefixes, which compilers never put behind REX.
      case 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3 -> cursor.fail();
      case 0x63,
          0x84,
          0x85,
          0x86,
          0x87,
          0x88,
          0x89,
          0x8a,
          0x8b,
          0x8c,
          0x8d,
          0x8e,
          0xd0,
          0xd1,
          0xd2,
          0xd3,
          0xd8,
          0xd9,
          0xda,
          0xdb,
          0xdc,
          0xdd,
          0xde,
          0xdf,
          0xfe -> {
        cursor.modRm();
        yield cursor.other();
      }
      case 0x6a, 0xa8, 0xe4, 0xe5, 0xe6, 0xe7, 0xb0, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7 ->
          cursor.immediate(1);
      case 0xcd -> {
        cursor.immediate(1);
        yield cursor.by(Kind.SYSTEM_CALL, 0);
      }
      case 0x68, 0xa9 -> cursor.immediate(cursor.operandSize());
      case 0x6b, 0x80, 0x83, 0xc0, 0xc1, 0xc6 -> {
        cursor.modRm();
        yield cursor.immediate(1);
      }
      case 0x69, 0x81, 0xc7 -> {
        cursor.modRm();
        yield cursor.immediate(cursor.operandSize());
      }
      case 0x70,
          0x71,
          0x72,
          0x73,
          0x74,
          0x75,
          0x76,
          0x77,
          0x78,
          0x79,
          0x7a,
          0x7b,
          0x7c,
          0x7d,
          0x7e,
          0x7f ->
          cursor.relative(Kind.BRANCH, 1, Instruction.FLAGS | opcode & 15);
      // They count in a register.
      case 0xe0, 0xe1, 0xe2, 0xe3 -> cursor.relative(Kind.BRANCH, 1, Instruction.UNKNOWN);
      case 0xa0, 0xa1, 0xa2, 0xa3 -> cursor.immediate(cursor.addressSize());
      case 0xb8, 0xb9, 0xba, 0xbb, 0xbc, 0xbd, 0xbe, 0xbf ->
          cursor.immediate(cursor.wide() ? 8 : cursor.operandSize());
      case 0xc2 -> cursor.returning(2);
      case 0xc3 -> cursor.returning(0);
      case 0xc8 -> cursor.immediate(3);
      case 0xca -> cursor.immediate(2);
      case 0xe8 -> cursor.relative(Kind.CALL, 4);
      case 0xe9 -> cursor.relative(Kind.JUMP, 4);
      case 0xeb -> cursor.relative(Kind.JUMP, 1);
      case 0xf6 -> cursor.modRm().register() < 2 ? cursor.immediate(1) : cursor.other();
      case 0xf7 ->
          cursor.modRm().register() < 2 ? cursor.immediate(cursor.operandSize()) : cursor.other();
      case 0xff -> indirect(cursor);
      default -> cursor.other();
    };
  }

  private static Instruction arithmetic(X86Cursor cursor, int opcode) {
    return switch (opcode & 7) {
      case 0, 1, 2, 3 -> {
        X86Cursor.Operands operands = cursor.modRm();
        boolean adds = (opcode == 0x01 || opcode == 0x03) && cursor.wide();
        yield adds && operands.isRegister()
            ? cursor.by(Kind.ADDITION, opcode == 0x01 ? operands.base() : operands.registerNumber())
            : cursor.other();
      }
      case 4 -> cursor.immediate(1);
      case 5 -> cursor.immediate(cursor.operandSize());
      default -> cursor.fail();
    };
  }

  private static Instruction indirect(X86Cursor cursor) {
    X86Cursor.Operands operands = cursor.modRm();
    if (operands.register() == 5) {
      return cursor.by(Kind.MEMORY_JUMP, 0);
    }
    if (operands.register() == 2 || operands.register() == 3) {
      return cursor.by(Kind.INDIRECT_CALL, 0);
    }
    if (operands.register() != 4) {
      return cursor.other();
    }
    // The prefix is what compilers put before jumps by table where CET watches all others.
    if (cursor.untracked()) {
      return cursor.by(Kind.TABLE_JUMP, 0);
    }
    return operands.isRegister()
        ? cursor.by(Kind.REGISTER_JUMP, operands.base())
        : cursor.by(Kind.MEMORY_JUMP, 0);
  }

  private static Instruction twoBytes(X86Cursor cursor) {
    int opcode = cursor.next();
    if (opcode >= 0x80 && opcode < 0x90) {
      return cursor.relative(Kind.BRANCH, 4, Instruction.FLAGS | opcode & 15);
    }
    return switch (opcode) {
      case 0x38 -> vector(cursor, 2);
      case 0x3a -> vector(cursor, 3);
      case 0x04, 0x0a, 0x0c, 0x24, 0x25, 0x26, 0x27, 0x36, 0x39, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f ->
          cursor.fail();
      case 0x05, 0x34 -> cursor.by(Kind.SYSTEM_CALL, 0);
      case 0x06,
          0x07,
          0x08,
          0x09,
          0x0b,
          0x0e,
          0x30,
          0x31,
          0x32,
          0x33,
          0x35,
          0x37,
          0x77,
          0xa0,
          0xa1,
          0xa2,
          0xa8,
          0xa9,
          0xaa,
          0xc8,
          0xc9,
          0xca,
          0xcb,
          0xcc,
          0xcd,
          0xce,
          0xcf ->
          cursor.other();
      case 0x0f, 0x70, 0x71, 0x72, 0x73, 0xa4, 0xac, 0xba, 0xc2, 0xc4, 0xc5, 0xc6 -> {
        cursor.modRm();
        yield cursor.immediate(1);
      }
      default -> {
        cursor.modRm();
        yield cursor.other();
      }
    };
  }

  /** The maps 1 to 6 of VEX and EVEX; 2 and 3 are also reached by 0F 38 and 0F 3A. */
  private static Instruction vector(X86Cursor cursor, int map) {
    int opcode = cursor.next();
    boolean bare = map == 1 && opcode == 0x77;
    if (!bare) {
      cursor.modRm();
    }
    return switch (map) {
      case 1 ->
          switch (opcode) {
            case 0x70, 0x71, 0x72, 0x73, 0xc2, 0xc4, 0xc5, 0xc6 -> cursor.immediate(1);
            default -> cursor.other();
          };
      case 2, 5, 6 -> cursor.other();
      case 3 -> cursor.immediate(1);
      default -> cursor.fail();
    };
  }

  private static Instruction extended(X86Cursor cursor, int map) {
    cursor.next();
    cursor.modRm();
    return switch (map) {
      case 8 -> cursor.immediate(1);
      case 9 -> cursor.other();
      case 10 -> cursor.immediate(4);
      default -> cursor.fail();
    };
  }
}
