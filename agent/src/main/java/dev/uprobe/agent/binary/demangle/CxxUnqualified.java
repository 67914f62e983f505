package dev.uprobe.agent.binary.demangle;

/** Reads one part of a name: an identifier, an operator, a constructor, a lambda. */
final class CxxUnqualified {
  private final CxxName whole;
  private final MangledName in;

  CxxUnqualified(CxxName whole) {
    this.whole = whole;
    this.in = whole.in();
  }

  /**
   * @param isSpecial whether it is a constructor, destructor or conversion
   */
  record Part(Prefix name, boolean isSpecial) {}

  /**
   * @param scope the name of the class or namespace that it stands in
   */
  Part read(String scope) {
    // Names that only one file knows.
    in.accept('L');
    Part part = untagged(scope);
    Prefix name = part.name();
    while (in.accept('B')) {
      name = name.tagged(identifier());
    }
    return new Part(name, part.isSpecial());
  }

  private Part untagged(String scope) {
    char c = in.peek();
    if (in.atDigit()) {
      return new Part(Prefix.of(identifier()), false);
    }
    if (c == 'C') {
      in.next();
      boolean inherited = in.accept('I');
      if (in.next() > '5') {
        throw new MangledName.Unreadable();
      }
      if (inherited) {
        whole.types().read();
      }
      return special(scope, "");
    }
    if (c == 'D' && in.peek(1) >= '0' && in.peek(1) <= '5') {
      in.take(2);
      return special(scope, "~");
    }
    if (c == 'U') {
      return new Part(Prefix.of(unnamed()), false);
    }
    return operator();
  }

  private static Part special(String scope, String mark) {
    if (scope.isEmpty()) {
      throw new MangledName.Unreadable();
    }
    return new Part(Prefix.of(mark + scope), true);
  }

  /** Reads an identifier behind its length. */
  String identifier() {
    String name = in.take(in.number());
    if (name.isEmpty()) {
      throw new MangledName.Unreadable();
    }
    return name.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : name;
  }

  private String unnamed() {
    in.expect('U');
    if (in.accept('t')) {
      return "{unnamed type#" + ordinal() + "}";
    }
    in.expect('l');
    String parameters = whole.templates().ofLambda(() -> whole.encoding().parameters());
    in.expect('E');
    return "{lambda" + parameters + "#" + ordinal() + "}";
  }

  private int ordinal() {
    int number = in.atDigit() ? in.number() + 2 : 1;
    in.expect('_');
    return number;
  }

  private Part operator() {
    if (in.accept("cv")) {
      return new Part(Prefix.of("operator " + whole.types().read().text()), true);
    }
    if (in.accept("li")) {
      return new Part(Prefix.of("operator\"\" " + identifier()), false);
    }
    String symbol = CxxOperator.of(in.take(2)).orElseThrow(MangledName.Unreadable::new).symbol();
    boolean isWord = Character.isLetter(symbol.charAt(0));
    return new Part(Prefix.of("operator" + (isWord ? " " : "") + symbol), false);
  }
}
