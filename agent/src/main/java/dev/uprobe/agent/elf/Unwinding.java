package dev.uprobe.agent.elf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells whether exceptions may pass the functions of a file.
 *
 * <p>A C++ exception or a Rust panic that passes a function with a return probe ends its program:
 * the kernel has put another return address on the stack, and the unwinder knows no function there.
 */
public final class Unwinding {
  private static final String EXCEPTION_TABLE = ".gcc_except_table";

  /**
   * What C++ and Rust programs refer to; C has a personality of its own for thread cancellation.
   */
  private static final List<String> NAMES =
      List.of("__gxx_personality_v0", "rust_eh_personality", "_Unwind_Resume");

  private static final int CHUNK = 32 * 1024;
  private static final int OVERLAP = 64;

  private Unwinding() {}

  /** Returns true also for a file without symbols, of which it cannot be told. */
  public static boolean mayPass(ElfFile file) throws IOException {
    if (file.section(EXCEPTION_TABLE).isEmpty()) {
      return false;
    }
    List<Section> symbols = new ArrayList<>();
    file.section(Section.DYNSYM).ifPresent(symbols::add);
    file.section(Section.SYMTAB).ifPresent(symbols::add);
    for (Section each : symbols) {
      if (contains(file.table(file.linked(each)))) {
        return true;
      }
    }
    return symbols.isEmpty();
  }

  private static boolean contains(Window names) throws IOException {
    for (long at = 0; at < names.size(); at += CHUNK) {
      int length = (int) Math.min(CHUNK + OVERLAP, names.size() - at);
      String text = new String(names.bytes(at, length), StandardCharsets.ISO_8859_1);
      if (NAMES.stream().anyMatch(text::contains)) {
        return true;
      }
    }
    return false;
  }
}
