package dev.uprobe.agent.binary.demangle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A type that C++ itself has (Itanium C++ ABI, 5.1.5.2). */
enum BuiltinType {
  VOID('v', "void"),
  WCHAR('w', "wchar_t"),
  BOOL('b', "bool"),
  CHAR('c', "char"),
  SIGNED_CHAR('a', "signed char"),
  UNSIGNED_CHAR('h', "unsigned char"),
  SHORT('s', "short"),
  UNSIGNED_SHORT('t', "unsigned short"),
  INT('i', "int"),
  UNSIGNED('j', "unsigned int"),
  LONG('l', "long"),
  UNSIGNED_LONG('m', "unsigned long"),
  LONG_LONG('x', "long long"),
  UNSIGNED_LONG_LONG('y', "unsigned long long"),
  INT128('n', "__int128"),
  UNSIGNED_INT128('o', "unsigned __int128"),
  FLOAT('f', "float"),
  DOUBLE('d', "double"),
  LONG_DOUBLE('e', "long double"),
  FLOAT128('g', "__float128"),
  ELLIPSIS('z', "..."),
  DECIMAL64("Dd", "decimal64"),
  DECIMAL128("De", "decimal128"),
  DECIMAL32("Df", "decimal32"),
  HALF("Dh", "half"),
  CHAR32("Di", "char32_t"),
  CHAR16("Ds", "char16_t"),
  CHAR8("Du", "char8_t"),
  AUTO("Da", "auto"),
  DECLTYPE_AUTO("Dc", "decltype(auto)"),
  NULLPTR("Dn", "decltype(nullptr)");

  private static final int LETTERS = 128;
  private static final List<Optional<TypeText>> PLAIN = byLetter(1);
  private static final List<Optional<TypeText>> EXTENDED = byLetter(2);

  private final String code;
  private final TypeText text;

  BuiltinType(char code, String name) {
    this(String.valueOf(code), name);
  }

  BuiltinType(String code, String name) {
    this.code = code;
    this.text = TypeText.plain(name);
  }

  private static List<Optional<TypeText>> byLetter(int length) {
    List<Optional<TypeText>> types =
        new ArrayList<>(Collections.nCopies(LETTERS, Optional.empty()));
    for (BuiltinType each : values()) {
      if (each.code.length() == length) {
        types.set(each.code.charAt(length - 1), Optional.of(each.text));
      }
    }
    return List.copyOf(types);
  }

  /** Returns the type that a letter stands for, or a letter behind a D. */
  static Optional<TypeText> of(char letter, char next) {
    List<Optional<TypeText>> types = letter == 'D' ? EXTENDED : PLAIN;
    char decisive = letter == 'D' ? next : letter;
    return decisive < LETTERS ? types.get(decisive) : Optional.empty();
  }
}
