package dev.uprobe.agent.binary.dwarf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the fields of structs, also those of unnamed structs within them and of base classes. */
final class Members {
  private static final int MAX_DEPTH = 8;
  private static final int PLUS_CONSTANT = 0x23;

  /**
   * A field.
   *
   * @param offset from the beginning of the outermost struct, in bytes
   */
  record Member(Entry entry, long offset) {}

  private final Dwarf dwarf;
  private final Children children;
  private final Types types;

  Members(Dwarf dwarf, Children children) {
    this.dwarf = dwarf;
    this.children = children;
    this.types = new Types(dwarf, children);
  }

  Optional<Member> find(Entry struct, String name) throws IOException {
    return find(struct, name, 0, 0);
  }

  private Optional<Member> find(Entry struct, String name, long at, int depth) throws IOException {
    List<Entry> inner = new ArrayList<>();
    for (Entry child : children.of(struct)) {
      Optional<String> found = child.tag() == Tag.MEMBER ? name(child) : Optional.empty();
      if (found.isPresent() && found.get().equals(name)) {
        return Optional.of(new Member(child, at + offset(child)));
      }
      if (child.tag() == Tag.INHERITANCE || child.tag() == Tag.MEMBER && found.isEmpty()) {
        inner.add(child);
      }
    }
    for (Entry each : inner) {
      Optional<Entry> type = depth < MAX_DEPTH ? types.of(each) : Optional.empty();
      if (type.isPresent() && Tag.hasFields(type.get().tag())) {
        Optional<Member> found = find(type.get(), name, at + offset(each), depth + 1);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the names of a struct's fields. */
  List<String> names(Entry struct) throws IOException {
    List<String> names = new ArrayList<>();
    addNames(struct, names, 0);
    return names;
  }

  private void addNames(Entry struct, List<String> names, int depth) throws IOException {
    for (Entry child : children.of(struct)) {
      Optional<String> name = child.tag() == Tag.MEMBER ? name(child) : Optional.empty();
      name.ifPresent(names::add);
      boolean isInner = child.tag() == Tag.INHERITANCE || child.tag() == Tag.MEMBER;
      if (isInner && name.isEmpty() && depth < MAX_DEPTH) {
        Optional<Entry> type = types.of(child);
        if (type.isPresent() && Tag.hasFields(type.get().tag())) {
          addNames(type.get(), names, depth + 1);
        }
      }
    }
  }

  private Optional<String> name(Entry member) throws IOException {
    return dwarf.text(member, Entry.NAME).filter(each -> !each.isEmpty());
  }

  /** Returns where a member begins; that of a union says nothing. */
  private long offset(Entry member) throws IOException {
    Optional<Entry.Attribute> location = member.attribute(Entry.MEMBER_LOCATION);
    if (location.isEmpty()) {
      return 0;
    }
    if (!Form.isBlock(location.get().form())) {
      return location.get().value();
    }
    Cursor cursor = new Cursor(dwarf.info(), location.get().value());
    Form.skipLength(location.get().form(), cursor);
    if (cursor.u8() != PLUS_CONSTANT) {
      throw dwarf.problem(
          "has a field or base class whose offset differs between objects; write offsets in bytes");
    }
    return cursor.uleb();
  }
}
