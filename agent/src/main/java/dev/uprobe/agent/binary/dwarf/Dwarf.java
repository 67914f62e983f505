package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.agent.binary.dwarf.Entry.Attribute;
import dev.uprobe.agent.binary.elf.DebugInfo;
import dev.uprobe.agent.binary.elf.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The entries of a file's debug information. All of it may be hostile: what is read is bounded in
 * number, and nothing is kept but the entry at hand.
 */
final class Dwarf {
  private static final int MAX_NAME = 1024;
  private static final int MAX_UNITS = 200_000;
  private static final int MAX_TABLES = 64;

  private final DebugInfo file;
  private final Window info;
  private final Window shapes;
  private final Map<Long, Map<Long, Abbreviation>> tables = new HashMap<>();
  private final Map<String, Optional<Window>> sections = new HashMap<>();
  private final List<Unit> units = new ArrayList<>();

  Dwarf(DebugInfo file) throws IOException {
    this.file = file;
    this.info = file.section(".debug_info").orElseThrow();
    this.shapes = file.section(".debug_abbrev").orElseThrow(() -> problem("has no .debug_abbrev"));
  }

  String name() {
    return file.name();
  }

  DwarfException problem(String text) {
    return new DwarfException(file.name(), text);
  }

  DwarfException damaged() {
    return problem("has damaged debug information; build it again, or give a signature");
  }

  long size() {
    return info.size();
  }

  /** Reads the unit whose header is at a place of {@code .debug_info}. */
  Unit unitAt(long start) throws IOException {
    Cursor cursor = new Cursor(info, start);
    long length = cursor.u32();
    int offsetSize = 4;
    if (length == 0xffff_ffffL) {
      length = cursor.u64();
      offsetSize = 8;
    }
    long end = cursor.position() + length;
    if (length <= 0 || end <= start || end > info.size()) {
      throw damaged();
    }
    int version = cursor.u16();
    if (version < 2 || version > 5) {
      throw problem("has debug information of version " + version + ", of which 2 to 5 are known");
    }
    int addressSize = 8;
    long table;
    if (version == 5) {
      int kind = cursor.u8();
      addressSize = cursor.u8();
      table = cursor.unsigned(offsetSize);
      // Type units say their signature and type, skeletons their other half.
      cursor.skip(kind == 2 || kind == 6 ? 8L + offsetSize : kind == 4 || kind == 5 ? 8 : 0);
    } else {
      table = cursor.unsigned(offsetSize);
      addressSize = cursor.u8();
    }
    return new Unit(start, cursor.position(), end, version, offsetSize, addressSize, table(table));
  }

  private Map<Long, Abbreviation> table(long offset) throws IOException {
    if (tables.size() > MAX_TABLES) {
      tables.clear();
    }
    if (!tables.containsKey(offset)) {
      tables.put(offset, Abbreviation.read(file.name(), shapes, offset));
    }
    return tables.get(offset);
  }

  /** Reads the entry at a place of its unit. */
  Entry entry(Unit unit, long offset) throws IOException {
    if (offset < unit.first() || offset >= unit.end()) {
      throw damaged();
    }
    Cursor cursor = new Cursor(info, offset);
    long code = cursor.uleb();
    if (code == 0) {
      return new Entry(unit, offset, 0, false, Map.of(), cursor.position());
    }
    Abbreviation shape = Optional.ofNullable(unit.shapes().get(code)).orElseThrow(this::damaged);
    Map<Integer, Attribute> attributes = new HashMap<>();
    for (Abbreviation.Attribute each : shape.attributes()) {
      long value = Form.read(each.form(), each.constant(), cursor, unit);
      attributes.put(each.name(), new Attribute(each.form(), value));
    }
    return new Entry(unit, offset, shape.tag(), shape.hasChildren(), attributes, cursor.position());
  }

  /** Returns the entry that an attribute refers to. */
  Optional<Entry> referred(Entry from, int name) throws IOException {
    Optional<Attribute> attribute = from.attribute(name);
    if (attribute.isEmpty()) {
      return Optional.empty();
    }
    int form = attribute.get().form();
    long value = attribute.get().value();
    if (form >= Form.REFERENCE_1 && form <= Form.REFERENCE_UNSIGNED) {
      return Optional.of(entry(from.unit(), from.unit().start() + value));
    }
    if (form == Form.REFERENCE_ADDRESS) {
      return Optional.of(entry(unitOf(value), value));
    }
    if (form == Form.GNU_SHARED_REFERENCE) {
      throw problem(
          "has debug information of which parts are in a file that several programs share"
              + " (dwz); give a signature");
    }
    throw problem("keeps types in units of their own (-fdebug-types-section); give a signature");
  }

  private Unit unitOf(long offset) throws IOException {
    if (units.isEmpty()) {
      long at = 0;
      while (at < info.size() && units.size() < MAX_UNITS) {
        Cursor cursor = new Cursor(info, at);
        long length = cursor.u32();
        length = length == 0xffff_ffffL ? cursor.u64() : length;
        long end = cursor.position() + length;
        if (length <= 0 || end <= at) {
          throw damaged();
        }
        units.add(new Unit(at, at, end, 0, 0, 0, Map.of()));
        at = end;
      }
    }
    for (Unit each : units) {
      if (offset >= each.start() && offset < each.end()) {
        return unitAt(each.start());
      }
    }
    throw damaged();
  }

  /** Returns an attribute that is text. */
  Optional<String> text(Entry entry, int name) throws IOException {
    Optional<Attribute> attribute = entry.attribute(name);
    if (attribute.isEmpty()) {
      return Optional.empty();
    }
    int form = attribute.get().form();
    long value = attribute.get().value();
    return switch (form) {
      case Form.STRING -> Optional.of(info.text(value, MAX_NAME));
      case Form.STRING_OFFSET -> Optional.of(section(".debug_str").text(value, MAX_NAME));
      case Form.LINE_STRING -> Optional.of(section(".debug_line_str").text(value, MAX_NAME));
      case Form.GNU_SHARED_STRING -> Optional.empty();
      default -> Optional.of(indexedText(entry.unit(), value));
    };
  }

  private String indexedText(Unit unit, long index) throws IOException {
    int header = unit.offsetSize() == 8 ? 16 : 8;
    long base = root(unit).number(Entry.STRING_BASE, header);
    long at = base + index * unit.offsetSize();
    long offset = new Cursor(section(".debug_str_offsets"), at).unsigned(unit.offsetSize());
    return section(".debug_str").text(offset, MAX_NAME);
  }

  /** Returns an attribute that is an address. */
  long address(Entry entry, Attribute attribute) throws IOException {
    boolean indexed =
        attribute.form() == Form.ADDRESS_INDEX
            || attribute.form() >= Form.ADDRESS_INDEX_1 && attribute.form() <= Form.ADDRESS_INDEX_4;
    if (!indexed) {
      return attribute.value();
    }
    Unit unit = entry.unit();
    long base = root(unit).number(Entry.ADDRESS_BASE, unit.offsetSize() == 8 ? 16 : 8);
    long at = base + attribute.value() * unit.addressSize();
    return new Cursor(section(".debug_addr"), at).unsigned(unit.addressSize());
  }

  Entry root(Unit unit) throws IOException {
    return entry(unit, unit.first());
  }

  Optional<Window> optional(String name) throws IOException {
    if (!sections.containsKey(name)) {
      sections.put(name, file.section(name));
    }
    return sections.get(name);
  }

  private Window section(String name) throws IOException {
    return optional(name).orElseThrow(this::damaged);
  }

  Window info() {
    return info;
  }
}
