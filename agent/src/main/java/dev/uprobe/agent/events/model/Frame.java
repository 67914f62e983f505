package dev.uprobe.agent.events.model;

import java.util.Optional;

/**
 * One frame of a call stack.
 *
 * @param function as its symbol is shown; empty where no symbol is known
 * @param offset in bytes from the function's first instruction; without a function the address in
 *     the file, as objdump shows it; without a file too, the address in the process
 * @param file the name of the file that the code belongs to, or what the kernel calls the memory,
 *     such as {@code [vdso]}; empty where the process had no code at the address
 */
public record Frame(Optional<String> function, long offset, Optional<String> file) {
  private static final String UNKNOWN = "[unknown]";

  /** A frame of which only the address is known. */
  public static Frame unknown(long address) {
    return new Frame(Optional.empty(), address, Optional.empty());
  }

  /**
   * Returns the frame as one line of printable text: {@code charge_card+0x12 (shop)}, {@code
   * [unknown] (libfoo.so+0x1234)} or {@code [unknown] (0x7f12)}.
   */
  public String text() {
    String distance = "0x" + Long.toHexString(offset);
    if (function.isPresent()) {
      return printable(function)
          + "+"
          + distance
          + file.map(each -> " (" + printable(file) + ")").orElse("");
    }
    return UNKNOWN
        + " ("
        + file.map(each -> printable(file) + "+" + distance).orElse(distance)
        + ")";
  }

  /** Returns the function's name; in its place the file as {@code [libfoo.so]}. */
  public String name() {
    if (function.isPresent()) {
      return printable(function);
    }
    return file.map(each -> each.startsWith("[") ? printable(file) : "[" + printable(file) + "]")
        .orElse(UNKNOWN);
  }

  private static String printable(Optional<String> text) {
    return Printable.of(text.orElseThrow());
  }
}
