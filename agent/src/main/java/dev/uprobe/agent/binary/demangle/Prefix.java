package dev.uprobe.agent.binary.demangle;

/**
 * A C++ name, or its beginning.
 *
 * @param text with template arguments
 * @param plain without template arguments and ABI tags
 * @param last the last part of {@code plain}, which names constructors
 */
record Prefix(String text, String plain, String last) implements Substitute {

  static Prefix of(String name) {
    return new Prefix(name, name, name);
  }

  /** Returns this name inside of a scope. */
  Prefix in(Prefix scope) {
    return new Prefix(scope.text + "::" + text, scope.plain + "::" + plain, last);
  }

  Prefix tagged(String tag) {
    return new Prefix(text + "[abi:" + tag + "]", plain, last);
  }

  /** Returns the name with template arguments in angle brackets. */
  Prefix with(String arguments) {
    // operator<
    String space = text.endsWith("<") ? " " : "";
    return new Prefix(text + space + arguments, plain, last);
  }

  @Override
  public TypeText asType() {
    return TypeText.plain(text);
  }

  @Override
  public Prefix asPrefix() {
    return this;
  }
}
