package dev.uprobe.agent.binary.dwarf;

import java.io.IOException;
import java.util.Optional;

/** Says a type in the words of C that tell how a value of it is passed. */
final class TypeName {
  private static final int MAX_STEPS = 64;
  private static final int BY_REFERENCE = 4;

  private final Dwarf dwarf;
  private final Types types;

  TypeName(Dwarf dwarf, Children children) {
    this.dwarf = dwarf;
    this.types = new Types(dwarf, children);
  }

  /**
   * Returns a declaration.
   *
   * @param owner a function, a parameter or the like, whose type it is
   * @param name what is declared; empty for a type alone
   */
  String declare(Entry owner, String name) throws IOException {
    int pointers = 0;
    Optional<Entry> type = dwarf.referred(owner, Entry.TYPE);
    for (int i = 0; i < MAX_STEPS; i++) {
      if (type.isEmpty()) {
        return "void " + "*".repeat(pointers) + name;
      }
      Entry entry = type.get();
      switch (entry.tag()) {
        case Tag.TYPEDEF, Tag.CONST, Tag.VOLATILE, Tag.RESTRICT, Tag.ATOMIC, Tag.IMMUTABLE -> {}
        case Tag.POINTER, Tag.REFERENCE, Tag.RVALUE_REFERENCE, Tag.ARRAY -> pointers++;
        case Tag.SUBROUTINE -> {
          return "void (" + "*".repeat(Math.max(1, pointers)) + name + ")(void)";
        }
        default -> {
          return declare(entry, pointers, name);
        }
      }
      type = dwarf.referred(entry, Entry.TYPE);
    }
    throw dwarf.damaged();
  }

  /** Returns the name of a type without typedefs and qualifiers. */
  String of(Entry type) throws IOException {
    return declare(type, 0, "").strip();
  }

  private String declare(Entry type, int pointers, String name) throws IOException {
    String stars = "*".repeat(pointers);
    return switch (type.tag()) {
      case Tag.BASE -> base(type) + " " + stars + name;
      case Tag.ENUMERATION ->
          whole(types.size(type), types.isSignedEnum(type)) + " " + stars + name;
      case Tag.STRUCTURE, Tag.CLASS, Tag.UNION -> {
        // What has a destructor or the like is passed by its address.
        boolean byAddress = type.number(Entry.CALLING_CONVENTION, 0) == BY_REFERENCE;
        String tag = CNames.identifier(dwarf.text(type, Entry.NAME).orElse(""), "unnamed");
        yield "struct " + tag + " " + stars + (byAddress && pointers == 0 ? "*" : "") + name;
      }
      case Tag.UNSPECIFIED -> "void *" + stars + name;
      default -> "struct unknown " + stars + name;
    };
  }

  /** The encodings are those of DWARF 5, 7.8. */
  private String base(Entry type) throws IOException {
    long size = type.number(Entry.BYTE_SIZE, 0);
    String name = dwarf.text(type, Entry.NAME).orElse("");
    return switch ((int) type.number(Entry.ENCODING, 0)) {
      case 0x02 -> size == 1 ? "bool" : whole(type, false);
      case 0x03 -> "double _Complex";
      case 0x04 -> size == 4 ? "float" : size == 8 ? "double" : "long double";
      case 0x06, 0x08 -> name.equals("char") ? "char" : whole(type, !name.startsWith("u"));
      case 0x05, 0x0d -> whole(type, true);
      default -> whole(type, false);
    };
  }

  private static String whole(Entry type, boolean signed) {
    return whole(type.number(Entry.BYTE_SIZE, 4), signed);
  }

  private static String whole(long size, boolean signed) {
    if (size == 1 || size == 2 || size == 4 || size == 8) {
      return (signed ? "int" : "uint") + size * 8 + "_t";
    }
    return size == 16 ? "__int128" : "struct unknown";
  }
}
