package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.agent.binary.elf.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The shape of an entry: its tag, and in which form which attributes follow (DWARF 5, 7.5.3).
 *
 * @param hasChildren whether entries that belong to it follow
 */
record Abbreviation(int tag, boolean hasChildren, List<Attribute> attributes) {
  private static final int MAX_COUNT = 50_000;
  private static final int MAX_ATTRIBUTES = 500_000;
  private static final int IMPLICIT_CONSTANT = 0x21;

  /**
   * @param constant the value, where the form says that it is here
   */
  record Attribute(int name, int form, long constant) {}

  /** Reads the shapes that entries of a unit name by number. */
  static Map<Long, Abbreviation> read(String file, Window table, long from) throws IOException {
    Map<Long, Abbreviation> read = new HashMap<>();
    Cursor cursor = new Cursor(table, from);
    int attributes = 0;
    for (long code = cursor.uleb(); code != 0; code = cursor.uleb()) {
      int tag = (int) cursor.uleb();
      boolean hasChildren = cursor.u8() != 0;
      List<Attribute> list = new ArrayList<>();
      int name = (int) cursor.uleb();
      int form = (int) cursor.uleb();
      while (name != 0 || form != 0) {
        long constant = form == IMPLICIT_CONSTANT ? cursor.sleb() : 0;
        list.add(new Attribute(name, form, constant));
        if (++attributes > MAX_ATTRIBUTES || read.size() > MAX_COUNT) {
          throw new DwarfException(file, "has more kinds of debug entries than are read");
        }
        name = (int) cursor.uleb();
        form = (int) cursor.uleb();
      }
      read.put(code, new Abbreviation(tag, hasChildren, List.copyOf(list)));
    }
    return read;
  }
}
