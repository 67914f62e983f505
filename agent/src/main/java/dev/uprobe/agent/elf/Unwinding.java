package dev.uprobe.agent.elf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether exceptions may pass the functions of a file.
 *
 * <p>A C++ exception or a Rust panic that passes a function with a return probe ends its program:
 * the kernel has put another return address on the stack, and the unwinder knows no function there.
 */
public final class Unwinding {
  private static final String EXCEPTION_TABLE = ".gcc_except_table";

  /** What C++ and Rust programs have; C has a personality of its own for thread cancellation. */
  private static final List<String> PERSONALITIES =
      List.of("__gxx_personality_v0", "rust_eh_personality");

  /** Asked of the dynamic linker by Rust programs; a static C program has it from its C library. */
  private static final List<String> RESUME = List.of("_Unwind_Resume");

  private static final int CHUNK = 32 * 1024;

  /** More than the length of a name, which may lie on the border of two chunks. */
  private static final int OVERLAP = 64;

  private Unwinding() {}

  /** Returns true also for a file without symbols, of which it cannot be told. */
  public static boolean mayPass(ElfFile file) throws IOException {
    if (file.section(EXCEPTION_TABLE).isEmpty()) {
      return false;
    }
    Optional<Section> dynamic = file.section(Section.DYNSYM);
    Optional<Section> full = file.section(Section.SYMTAB);
    if (dynamic.isEmpty() && full.isEmpty()) {
      return true;
    }
    return contains(file, dynamic, PERSONALITIES)
        || contains(file, dynamic, RESUME)
        || contains(file, full, PERSONALITIES);
  }

  private static boolean contains(ElfFile file, Optional<Section> symbols, List<String> names)
      throws IOException {
    return symbols.isPresent() && contains(file.table(file.linked(symbols.get())), names);
  }

  private static boolean contains(Window table, List<String> names) throws IOException {
    for (long at = 0; at < table.size(); at += CHUNK) {
      int length = (int) Math.min(CHUNK + OVERLAP, table.size() - at);
      String text = new String(table.bytes(at, length), StandardCharsets.ISO_8859_1);
      if (names.stream().anyMatch(text::contains)) {
        return true;
      }
    }
    return false;
  }
}
