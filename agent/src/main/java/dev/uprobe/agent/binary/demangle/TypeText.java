package dev.uprobe.agent.binary.demangle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A C++ type as text. What a declarator adds, as the star of a pointer, goes between the parts: a
 * pointer to a function is {@code void (*} and {@code )(int)}.
 *
 * @param pack the types of a parameter pack, which this then is
 */
record TypeText(String left, String right, Kind kind, List<TypeText> pack) implements Substitute {
  enum Kind {
    PLAIN,
    FUNCTION,
    ARRAY,
    REFERENCE,
    RVALUE_REFERENCE,
    PACK
  }

  static TypeText plain(String text) {
    return new TypeText(text, "", Kind.PLAIN, List.of());
  }

  static TypeText of(String left, String right, Kind kind) {
    return new TypeText(left, right, kind, List.of());
  }

  static TypeText pack(List<TypeText> types) {
    List<TypeText> flat = new ArrayList<>();
    types.forEach(each -> flat.addAll(each.isPack() ? each.pack : List.of(each)));
    return new TypeText("", "", Kind.PACK, List.copyOf(flat));
  }

  boolean isPack() {
    return kind == Kind.PACK;
  }

  /** Returns what becomes of the type, or of each type of a pack. */
  TypeText each(UnaryOperator<TypeText> change) {
    return isPack() ? pack(pack.stream().map(change).toList()) : change.apply(this);
  }

  /**
   * Returns the type with a declarator, which needs parentheses in front of a function or array.
   */
  TypeText with(String declarator, Kind become) {
    boolean grouped = kind == Kind.FUNCTION || kind == Kind.ARRAY;
    String space = kind == Kind.ARRAY ? " " : "";
    return grouped
        ? of(left + space + "(" + declarator, ")" + right, become)
        : of(left + declarator, right, become);
  }

  @Override
  public TypeText asType() {
    return this;
  }

  @Override
  public Prefix asPrefix() {
    return new Prefix(text(), text(), "");
  }

  /** Returns how long its text is, about. */
  int length() {
    int length = left.length() + right.length();
    for (TypeText each : pack) {
      length += 2 + each.length();
    }
    return length;
  }

  String text() {
    if (isPack()) {
      return joined(pack);
    }
    return right.isEmpty() ? left : left + right;
  }

  /** Returns types with commas between them. */
  static String joined(List<TypeText> types) {
    StringBuilder text = new StringBuilder();
    for (TypeText each : types) {
      String one = each.text();
      text.append(text.isEmpty() || one.isEmpty() ? "" : ", ").append(one);
    }
    return text.toString();
  }
}
