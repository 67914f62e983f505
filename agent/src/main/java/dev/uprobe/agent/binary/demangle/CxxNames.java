package dev.uprobe.agent.binary.demangle;

import java.util.Optional;

/** Reads names: of namespaces, classes, functions and variables. */
final class CxxNames {
  private static final Prefix STD = Prefix.of("std");

  private final CxxName whole;
  private final MangledName in;
  private final CxxUnqualified unqualified;

  CxxNames(CxxName whole) {
    this.whole = whole;
    this.in = whole.in();
    this.unqualified = new CxxUnqualified(whole);
  }

  /**
   * @param isTemplate whether template arguments are its last part
   * @param isSpecial whether it is a constructor, destructor or conversion, which tell no result
   * @param qualifiers of a member function, such as {@code " const"}
   */
  record Name(Prefix prefix, boolean isTemplate, boolean isSpecial, String qualifiers) {}

  /**
   * @param ofFunction whether its template arguments are those that the types behind it refer to
   */
  Name read(boolean ofFunction) {
    in.enter();
    Name name =
        switch (in.peek()) {
          case 'N' -> nested(ofFunction);
          case 'Z' -> local(ofFunction);
          default -> unscoped(ofFunction);
        };
    in.leave();
    return name;
  }

  private Name unscoped(boolean ofFunction) {
    Prefix prefix;
    boolean special = false;
    if (in.peek() == 'S' && in.peek(1) != 't') {
      prefix = whole.substitution().asPrefix();
      if (in.peek() != 'I') {
        throw new MangledName.Unreadable();
      }
    } else {
      boolean inStd = in.accept("St");
      CxxUnqualified.Part part = unqualified.read("");
      prefix = inStd ? part.name().in(STD) : part.name();
      special = part.isSpecial();
      if (in.peek() == 'I') {
        whole.substitutable(prefix);
      }
    }
    boolean template = in.peek() == 'I';
    if (template) {
      prefix = prefix.with(whole.templates().read(ofFunction));
    }
    return new Name(prefix, template, special, "");
  }

  private Name nested(boolean ofFunction) {
    in.expect('N');
    String qualifiers = qualifiers() + reference();
    Optional<Prefix> known = first();
    boolean template = false;
    boolean special = false;
    while (!in.accept('E')) {
      Prefix prefix;
      if (in.peek() == 'I') {
        Prefix named = known.orElseThrow(MangledName.Unreadable::new);
        prefix = named.with(whole.templates().read(ofFunction));
        template = true;
      } else {
        CxxUnqualified.Part part = unqualified.read(known.map(Prefix::last).orElse(""));
        prefix = known.map(part.name()::in).orElse(part.name());
        in.built(prefix.text());
        special = part.isSpecial();
        template = false;
        in.accept('M');
      }
      if (in.peek() != 'E') {
        whole.substitutable(prefix);
      }
      known = Optional.of(prefix);
    }
    Prefix name = known.orElseThrow(MangledName.Unreadable::new);
    return new Name(name, template, special, qualifiers);
  }

  /** Reads the beginning of a nested name, where it is no plain part. */
  private Optional<Prefix> first() {
    if (in.accept("St")) {
      return Optional.of(STD);
    }
    if (in.peek() == 'S') {
      return Optional.of(whole.substitution().asPrefix());
    }
    boolean isDecltype = in.peek() == 'D' && (in.peek(1) == 't' || in.peek(1) == 'T');
    return in.peek() == 'T' || isDecltype
        ? Optional.of(whole.types().read().asPrefix())
        : Optional.empty();
  }

  /** Reads {@code r}, {@code V} and {@code K}. */
  String qualifiers() {
    boolean restrict = in.accept('r');
    boolean isVolatile = in.accept('V');
    boolean isConst = in.accept('K');
    return (isConst ? " const" : "")
        + (isVolatile ? " volatile" : "")
        + (restrict ? " __restrict" : "");
  }

  private String reference() {
    return in.accept('R') ? " &" : in.accept('O') ? " &&" : "";
  }

  private Name local(boolean ofFunction) {
    in.expect('Z');
    CxxEncoding.Entity function = whole.encoding().read();
    in.expect('E');
    Prefix scope = new Prefix(function.text(), function.name().plain(), "");
    if (in.accept('s')) {
      discriminator();
      return new Name(Prefix.of("string literal").in(scope), false, false, "");
    }
    if (in.accept('d')) {
      if (in.peek() != '_') {
        in.number();
      }
      in.expect('_');
    }
    Name name = read(ofFunction);
    discriminator();
    Prefix prefix = name.prefix().in(scope);
    in.built(prefix.text());
    return new Name(prefix, name.isTemplate(), name.isSpecial(), name.qualifiers());
  }

  private void discriminator() {
    if (in.accept("__")) {
      in.number();
      in.expect('_');
    } else if (in.peek() == '_' && in.peek(1) >= '0' && in.peek(1) <= '9') {
      in.take(2);
    }
  }
}
