package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.agent.binary.dwarf.Entry.Attribute;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Tells how many elements arrays have. */
record ArrayLengths(Children children) {
  private static final long MAX = 1 << 20;

  List<Entry> dimensions(Entry array) throws IOException {
    return children.of(array).stream().filter(each -> each.tag() == Tag.SUBRANGE).toList();
  }

  /** Returns how many; empty for several dimensions, or where the length is not a constant. */
  OptionalLong of(Entry array) throws IOException {
    List<Entry> dimensions = dimensions(array);
    if (dimensions.size() != 1) {
      return OptionalLong.empty();
    }
    Entry dimension = dimensions.get(0);
    Optional<Attribute> count = dimension.attribute(Entry.COUNT);
    Optional<Attribute> last = dimension.attribute(Entry.UPPER_BOUND);
    Optional<Attribute> said = count.isPresent() ? count : last;
    if (said.isEmpty() || Form.isBlock(said.get().form())) {
      return OptionalLong.empty();
    }
    long length = said.get().value() + (count.isPresent() ? 0 : 1);
    return length > 0 && length <= MAX ? OptionalLong.of(length) : OptionalLong.empty();
  }
}
