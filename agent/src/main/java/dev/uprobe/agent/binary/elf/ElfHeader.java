package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The first 64 bytes of a 64-bit little-endian program or library (ELF-64 Object File Format). */
record ElfHeader(
    boolean positionIndependent,
    Machine machine,
    long programHeaders,
    int programHeaderCount,
    long sectionHeaders,
    int sectionHeaderCount,
    int sectionNames) {
  static final int SIZE = 64;
  private static final int TYPE_EXECUTABLE = 2;
  private static final int TYPE_SHARED = 3;

  static ElfHeader read(String file, Bytes bytes) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(SIZE);
    bytes.read(start, 0);
    checkIdentification(file, start.array(), start.position());
    if (start.position() < SIZE) {
      throw new ElfException(file, "is cut short: it ends inside its ELF header");
    }
    Window header = new Window(file, "ELF header", bytes, 0, SIZE);
    checkType(file, header.u16(16));
    checkEntrySize(file, "program", header.u16(56), header.u16(54), Segment.HEADER_SIZE);
    checkEntrySize(file, "section", header.u16(60), header.u16(58), Section.HEADER_SIZE);
    return new ElfHeader(
        header.u16(16) == TYPE_SHARED,
        new Machine(header.u16(18)),
        header.i64(32),
        header.u16(56),
        header.i64(40),
        header.u16(60),
        header.u16(62));
  }

  private static void checkIdentification(String file, byte[] start, int length)
      throws ElfException {
    if (length == 0) {
      throw new ElfException(file, "is empty; name a program or a library");
    }
    if (length < 7 || start[0] != 0x7f || start[1] != 'E' || start[2] != 'L' || start[3] != 'F') {
      throw new ElfException(
          file,
          "is not an ELF file" + resemblance(start, length) + "; name a program or a library");
    }
    if (start[4] != 2) {
      throw new ElfException(file, "is a 32-bit ELF file; only 64-bit ones can be traced");
    }
    if (start[5] != 1) {
      throw new ElfException(
          file, "is a big-endian ELF file; only little-endian ones can be traced");
    }
  }

  private static String resemblance(byte[] start, int length) {
    String text = new String(start, 0, length, StandardCharsets.ISO_8859_1);
    if (text.startsWith("#!")) {
      String interpreter = text.substring(2).split("\n", 2)[0].replaceAll("[^ -~]", "?").strip();
      return " but a script run by " + interpreter;
    }
    if (text.startsWith("!<arch>\n")) {
      return " but a static library (.a)";
    }
    if (text.startsWith("/* GNU ld script") || text.startsWith("OUTPUT_FORMAT")) {
      return " but a linker script";
    }
    return "";
  }

  private static void checkType(String file, int type) throws ElfException {
    if (type != TYPE_EXECUTABLE && type != TYPE_SHARED) {
      String kind =
          switch (type) {
            case 1 -> "an object file that is not linked yet";
            case 4 -> "a core dump";
            default -> "an ELF file of type " + type;
          };
      throw new ElfException(file, "is " + kind + "; name a program or a library");
    }
  }

  private static void checkEntrySize(String file, String table, int count, int size, int expected)
      throws ElfException {
    if (count > 0 && size != expected) {
      throw new ElfException(
          file,
          "is damaged: its "
              + table
              + " headers say that they have "
              + size
              + " bytes each, not "
              + expected);
    }
  }
}
