package dev.uprobe.language.plan;

import java.util.List;

/** The place of a probe in a file. */
public sealed interface AttachPoint {

  /** Returns its name in messages. */
  String text();

  /**
   * Functions by their names.
   *
   * @param names names or globs; at least one
   * @param offset offset of the probe in bytes from a function's first instruction
   */
  record Functions(List<String> names, long offset) implements AttachPoint {

    public Functions {
      names = List.copyOf(names);
    }

    @Override
    public String text() {
      return String.join(", ", names) + (offset == 0 ? "" : "+0x" + Long.toHexString(offset));
    }
  }

  /**
   * An instruction.
   *
   * @param address in the file's address space, as symbols and disassemblers show it
   */
  record Address(long address) implements AttachPoint {

    @Override
    public String text() {
      return "0x" + Long.toHexString(address);
    }
  }

  /** A static probe (USDT) that the program's author placed (SystemTap's sys/sdt.h). */
  record Usdt(String provider, String name) implements AttachPoint {

    @Override
    public String text() {
      return provider + ":" + name;
    }
  }
}
