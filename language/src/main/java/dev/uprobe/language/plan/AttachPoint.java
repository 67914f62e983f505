package dev.uprobe.language.plan;

import java.util.List;

/** Where in a file a probe sits. */
public sealed interface AttachPoint {

  /** Returns how messages name it. */
  String text();

  /**
   * Functions by their names.
   *
   * @param names names, or globs over names; at least one
   * @param offset how many bytes behind a function's first instruction the probe sits
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
   * @param address in the file's own address space, as its symbols and a disassembler show it
   */
  record Address(long address) implements AttachPoint {

    @Override
    public String text() {
      return "0x" + Long.toHexString(address);
    }
  }

  /** A place that the program's author has marked (SystemTap's sys/sdt.h). */
  record Usdt(String provider, String name) implements AttachPoint {

    @Override
    public String text() {
      return provider + ":" + name;
    }
  }
}
