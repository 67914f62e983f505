package dev.uprobe.agent.dwarf;

import dev.uprobe.agent.dwarf.Entry.Attribute;
import dev.uprobe.agent.elf.Window;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds the debug entry of a function. */
final class Subprograms {
  private static final int SUBPROGRAM = 0x2e;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MAX_CHILDREN = 20_000;

  private final Dwarf dwarf;

  Subprograms(Dwarf dwarf) {
    this.dwarf = dwarf;
  }

  /** Returns the entry of the function that begins at an address. */
  Optional<Entry> at(long address) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    OptionalLong listed = unitOf(address);
    if (listed.isPresent()) {
      Optional<Entry> found = in(dwarf.unitAt(listed.getAsLong()), address, deadline);
      if (found.isPresent()) {
        return found;
      }
    }
    long start = 0;
    while (start < dwarf.size()) {
      Unit unit = dwarf.unitAt(start);
      Optional<Entry> found = in(unit, address, deadline);
      if (found.isPresent()) {
        return found;
      }
      start = unit.end();
    }
    return Optional.empty();
  }

  private Optional<Entry> in(Unit unit, long address, long deadline) throws IOException {
    Cursor cursor = new Cursor(dwarf.info(), unit.first());
    int count = 0;
    while (cursor.position() < unit.end()) {
      long offset = cursor.position();
      long code = cursor.uleb();
      if (code == 0) {
        continue;
      }
      Abbreviation shape = Optional.ofNullable(unit.shapes().get(code)).orElseThrow(dwarf::damaged);
      for (Abbreviation.Attribute each : shape.attributes()) {
        long value = Form.read(each.form(), each.constant(), cursor, unit);
        if (shape.tag() == SUBPROGRAM && each.name() == Entry.LOW_ADDRESS) {
          Entry entry = dwarf.entry(unit, offset);
          if (dwarf.address(entry, new Attribute(each.form(), value)) == address) {
            return Optional.of(entry);
          }
        }
      }
      if ((++count & 0xffff) == 0 && System.nanoTime() > deadline) {
        throw dwarf.problem(
            "has too much debug information to look through; give a signature instead of auto");
      }
    }
    return Optional.empty();
  }

  /** Looks an address up in the list of ranges, which not all compilers write. */
  private OptionalLong unitOf(long address) throws IOException {
    Optional<Window> ranges = dwarf.optional(".debug_aranges");
    return ranges.isPresent()
        ? new AddressRanges(ranges.get()).unitOf(address)
        : OptionalLong.empty();
  }

  /** Returns the entries that belong to one. */
  List<Entry> children(Entry parent) throws IOException {
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
      if (++count > MAX_CHILDREN) {
        throw dwarf.problem("has a function or type of too many parts; give a signature");
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
