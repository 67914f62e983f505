package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.agent.binary.dwarf.Entry.Attribute;
import dev.uprobe.agent.binary.elf.Window;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds the debug entry of a function. */
final class Subprograms {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

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
        if (shape.tag() == Tag.SUBPROGRAM && each.name() == Entry.LOW_ADDRESS) {
          Entry entry = dwarf.entry(unit, offset);
          if (dwarf.address(entry, new Attribute(each.form(), value)) == address) {
            return Optional.of(entry);
          }
        }
      }
      if ((++count & 0xffff) == 0 && System.nanoTime() > deadline) {
        throw dwarf.problem(
            "has too much debug information to search; give a signature instead of auto");
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
}
