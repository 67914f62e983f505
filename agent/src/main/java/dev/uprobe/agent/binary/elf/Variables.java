package dev.uprobe.agent.binary.elf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The variables of a file that its symbol tables name. */
public final class Variables {
  /** Each search goes through all symbols; the arguments of a static probe name a handful. */
  private static final int MAX_SEARCHED = 32;

  private final ElfFile file;
  private final Map<String, OptionalLong> searched = new HashMap<>();

  public Variables(ElfFile file) {
    this.file = file;
  }

  /**
   * Returns the address of a variable, before any load bias; empty where no symbol says it, or
   * several say different ones.
   */
  public OptionalLong address(String name) throws IOException {
    if (!searched.containsKey(name) && searched.size() < MAX_SEARCHED) {
      OptionalLong found = address(SymbolTable.full(file), name);
      searched.put(name, found.isPresent() ? found : address(SymbolTable.dynamic(file), name));
    }
    return searched.getOrDefault(name, OptionalLong.empty());
  }

  private static OptionalLong address(Optional<SymbolTable> table, String name) throws IOException {
    if (table.isEmpty()) {
      return OptionalLong.empty();
    }
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    long[] addresses =
        table.get().symbols(SymbolTable.NameTest.named(wanted)).stream()
            .filter(each -> each.isVariable() && each.section() != 0)
            .mapToLong(Symbol::value)
            .distinct()
            .toArray();
    return addresses.length == 1 ? OptionalLong.of(addresses[0]) : OptionalLong.empty();
  }
}
