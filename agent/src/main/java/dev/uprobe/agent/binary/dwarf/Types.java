package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.language.plan.ValueType;
import java.io.IOException;
import java.util.Optional;

/** Says how values of a type are read. */
final class Types {
  private static final int MAX_STEPS = 64;
  private static final int BOOLEAN = 0x02;
  private static final int FLOATING = 0x04;
  private static final int SIGNED = 0x05;
  private static final int SIGNED_CHARACTER = 0x06;
  private static final int UNSIGNED = 0x07;
  private static final int UNSIGNED_CHARACTER = 0x08;
  private static final int UTF = 0x10;

  private final Dwarf dwarf;
  private final Children children;

  Types(Dwarf dwarf, Children children) {
    this.dwarf = dwarf;
    this.children = children;
  }

  /**
   * Returns the type of a field, a parameter, or what a pointer points to, without typedefs and
   * qualifiers; empty for void.
   */
  Optional<Entry> of(Entry owner) throws IOException {
    Optional<Entry> type = dwarf.referred(owner, Entry.TYPE);
    for (int i = 0; i < MAX_STEPS; i++) {
      if (type.isEmpty() || !Tag.isTransparent(type.get().tag())) {
        return type;
      }
      type = dwarf.referred(type.get(), Entry.TYPE);
    }
    throw dwarf.damaged();
  }

  /** Returns how many bytes a value takes; 0 where that is not said. */
  long size(Entry type) throws IOException {
    if (Tag.isPointer(type.tag())) {
      return Long.BYTES;
    }
    long size = type.number(Entry.BYTE_SIZE, 0);
    if (size == 0 && type.tag() == Tag.ENUMERATION) {
      Optional<Entry> underlying = of(type);
      return underlying.isPresent() ? underlying.get().number(Entry.BYTE_SIZE, 4) : 4;
    }
    return size;
  }

  /** Returns the type of a number, a character or a bool; empty for any other one. */
  Optional<ValueType> number(Entry type) throws IOException {
    int size = (int) Math.min(size(type), 16);
    boolean isWhole = size == 1 || size == 2 || size == 4 || size == 8;
    if (!isWhole) {
      return Optional.empty();
    }
    if (type.tag() == Tag.ENUMERATION) {
      return Optional.of(new ValueType.Whole(size, isSignedEnum(type)));
    }
    if (type.tag() != Tag.BASE) {
      return Optional.empty();
    }
    return switch ((int) type.number(Entry.ENCODING, 0)) {
      case BOOLEAN ->
          Optional.of(size == 1 ? new ValueType.Bool() : new ValueType.Whole(size, false));
      case FLOATING -> size < 4 ? Optional.empty() : Optional.of(new ValueType.Real(size));
      case SIGNED -> Optional.of(new ValueType.Whole(size, true));
      case SIGNED_CHARACTER, UNSIGNED_CHARACTER ->
          Optional.of(isCharacter(type) ? new ValueType.Char() : byteOf(type));
      case UNSIGNED, UTF -> Optional.of(new ValueType.Whole(size, false));
      default -> Optional.empty();
    };
  }

  private static ValueType byteOf(Entry type) {
    return new ValueType.Whole(1, type.number(Entry.ENCODING, 0) == SIGNED_CHARACTER);
  }

  /**
   * Returns whether an enum can be negative: its underlying type says it, or, where a compiler did
   * not write that down, one of its constants is.
   */
  boolean isSignedEnum(Entry type) throws IOException {
    Optional<Entry> underlying = of(type);
    if (underlying.isPresent()) {
      long encoding = underlying.get().number(Entry.ENCODING, 0);
      return encoding == SIGNED || encoding == SIGNED_CHARACTER;
    }
    for (Entry each : children.of(type)) {
      Optional<Entry.Attribute> value = each.attribute(Entry.CONST_VALUE);
      // Only signed forms (sdata, implicit_const) have negative values.
      if (each.tag() == Tag.ENUMERATOR && value.isPresent() && value.get().value() < 0) {
        boolean isUnsigned64 = value.get().form() == Form.UNSIGNED_8;
        if (!isUnsigned64 && value.get().form() != Form.UNSIGNED_LEB) {
          return true;
        }
      }
    }
    return false;
  }

  /** C's {@code signed char} and {@code unsigned char} are numbers. */
  boolean isCharacter(Entry type) throws IOException {
    // The char of Rust has four bytes.
    return type.tag() == Tag.BASE
        && size(type) == 1
        && dwarf.text(type, Entry.NAME).orElse("").equals("char");
  }
}
