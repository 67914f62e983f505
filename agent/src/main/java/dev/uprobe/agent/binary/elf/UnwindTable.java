package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The functions that {@code .eh_frame} describes (Linux Standard Base, "Exception Frames"; DWARF 5,
 * 6.4): it stays in stripped files, as exceptions and backtraces need it.
 */
public final class UnwindTable {
  private static final String SECTION = ".eh_frame";

  /** Stands for a length of 64 bits, which linkers do not write. */
  private static final long LONG_LENGTH = 0xffffffffL;

  private static final int MAX_FUNCTIONS = 1 << 20;
  private static final int MAX_KINDS = 1 << 16;
  private static final int MAX_AUGMENTATION = 16;

  /** DW_EH_PE_*: what a pointer is relative to, and how it is written. */
  private static final int ABSOLUTE = 0x00;

  private static final int RELATIVE = 0x10;
  private static final int UNSUPPORTED = -1;

  private final ElfFile file;
  private final Window bytes;
  private final long address;
  private final Map<Long, Integer> encodings = new HashMap<>();

  /** Is shown one function after the other. */
  @FunctionalInterface
  public interface Visitor {
    /** Returns whether more are wanted. */
    boolean visit(long address, long size);
  }

  private UnwindTable(ElfFile file, Window bytes, long address) {
    this.file = file;
    this.bytes = bytes;
    this.address = address;
  }

  public static Optional<UnwindTable> of(ElfFile file) throws ElfException {
    Optional<Section> section = file.section(SECTION);
    return section.isPresent()
        ? Optional.of(new UnwindTable(file, file.table(section.get()), section.get().address()))
        : Optional.empty();
  }

  /** Shows the functions in the order of the table; one that is damaged ends early. */
  public void visit(Visitor visitor) {
    try {
      long at = 0;
      for (int count = 0; at + 8 <= bytes.size() && count < MAX_FUNCTIONS; count++) {
        long length = bytes.u32(at);
        if (length == 0 || length == LONG_LENGTH) {
          return;
        }
        if (bytes.u32(at + 4) != 0 && !visitFunction(at, visitor)) {
          return;
        }
        at += 4 + length;
      }
    } catch (IOException e) {
      // What was found so far is right; what is missing is looked for by symbols only.
      return;
    }
  }

  /** A function's entry points back to the one that says how its pointers are written. */
  private boolean visitFunction(long at, Visitor visitor) throws IOException {
    int encoding = encoding(at + 4 - bytes.u32(at + 4));
    int base = encoding & 0x70;
    if (encoding == UNSUPPORTED || base != ABSOLUTE && base != RELATIVE) {
      return true;
    }
    int width = width(encoding);
    long begin = pointer(at + 8, encoding);
    long start = base == RELATIVE ? begin + address + at + 8 : begin;
    long size = pointer(at + 8 + width, encoding & 7);
    return start == 0 || file.fileOffset(start).isEmpty() || visitor.visit(start, size);
  }

  private int encoding(long at) throws IOException {
    Integer known = encodings.get(at);
    if (known != null) {
      return known;
    }
    int read = at < 0 ? UNSUPPORTED : readEncoding(at);
    if (encodings.size() < MAX_KINDS) {
      encodings.put(at, read);
    }
    return read;
  }

  private int readEncoding(long at) throws IOException {
    if (bytes.u32(at + 4) != 0) {
      return UNSUPPORTED;
    }
    int version = bytes.u8(at + 8);
    String augmentation = bytes.text(at + 9, MAX_AUGMENTATION);
    if (augmentation.isEmpty()) {
      return ABSOLUTE;
    }
    if (augmentation.charAt(0) != 'z') {
      return UNSUPPORTED;
    }
    long next = skipNumber(skipNumber(at + 9 + augmentation.length() + 1));
    next = version == 1 ? next + 1 : skipNumber(next);
    next = skipNumber(next);
    for (int i = 1; i < augmentation.length(); i++) {
      int encoding = bytes.u8(next);
      switch (augmentation.charAt(i)) {
        case 'R' -> {
          return width(encoding) == 0 ? UNSUPPORTED : encoding;
        }
        case 'P' -> next += 1 + width(encoding);
        case 'L' -> next++;
        case 'S', 'B', 'G' -> {
          // Flags without data.
        }
        default -> {
          return UNSUPPORTED;
        }
      }
    }
    return ABSOLUTE;
  }

  private long skipNumber(long at) throws IOException {
    long next = at;
    while ((bytes.u8(next) & 0x80) != 0) {
      next++;
    }
    return next + 1;
  }

  private static int width(int encoding) {
    return switch (encoding & 7) {
      case 0, 4 -> 8;
      case 2 -> 2;
      case 3 -> 4;
      default -> 0;
    };
  }

  private long pointer(long at, int encoding) throws IOException {
    boolean signed = (encoding & 8) != 0;
    return switch (width(encoding)) {
      case 2 -> signed ? (short) bytes.u16(at) : bytes.u16(at);
      case 4 -> signed ? (int) bytes.u32(at) : bytes.u32(at);
      default -> bytes.i64(at);
    };
  }
}
