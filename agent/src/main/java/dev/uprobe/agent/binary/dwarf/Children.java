package dev.uprobe.agent.binary.dwarf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads the entries that belong to others: parameters of functions, fields of structs. */
final class Children {
  private static final int MAX_CHILDREN = 20_000;

  /** Of all functions and structs that a probe asks about. */
  private static final int MAX_READ = 500_000;

  private final Dwarf dwarf;
  private int read;

  Children(Dwarf dwarf) {
    this.dwarf = dwarf;
  }

  /** Returns the entries that belong to one. */
  List<Entry> of(Entry parent) throws IOException {
    List<Entry> children = new ArrayList<>();
    if (!parent.hasChildren()) {
      return children;
    }
    int depth = 0;
    int count = 0;
    long at = parent.next();
    while (depth >= 0 && at < parent.unit().end()) {
      Entry entry = dwarf.entry(parent.unit(), at);
      if (depth == 0 && entry.tag() != 0) {
        children.add(entry);
      }
      if (++count > MAX_CHILDREN || ++read > MAX_READ) {
        throw dwarf.problem(
            "has a function or type of too many parts; give a signature, or offsets in bytes");
      }
      depth += entry.tag() == 0 ? -1 : entry.hasChildren() ? 1 : 0;
      long sibling = entry.number(Entry.SIBLING, 0) + parent.unit().start();
      boolean canSkip =
          entry.hasChildren() && sibling > entry.next() && sibling < parent.unit().end();
      at = canSkip ? sibling : entry.next();
      depth -= canSkip ? 1 : 0;
    }
    return children;
  }
}
