package dev.uprobe.agent.binary.demangle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Reads Rust's names (RFC 2603, "v0"): their paths. */
final class RustName {
  private final MangledName in;
  private final RustTypes types;

  RustName(String mangled) {
    this.in = new MangledName(mangled, 2);
    this.types = new RustTypes(this, in);
  }

  /**
   * @param text with generic arguments
   * @param plain without them
   */
  record Path(String text, String plain) {
    Path append(String more) {
      return new Path(text + more, plain + more);
    }
  }

  /**
   * @throws MangledName.Unreadable where the name is none
   */
  ReadableName read(String suffix) {
    if (in.atDigit()) {
      throw new MangledName.Unreadable();
    }
    Path path = path(true);
    if (!in.atEnd()) {
      // The crate that a generic function was instantiated in.
      path(false);
    }
    if (!in.atEnd()) {
      throw new MangledName.Unreadable();
    }
    return new ReadableName(path.text(), path.plain(), "", "", suffix);
  }

  /**
   * @param ofValue whether generic arguments need two colons in front of them
   */
  Path path(boolean ofValue) {
    in.enter();
    char kind = in.next();
    Path path =
        switch (kind) {
          case 'C' -> {
            disambiguator();
            String crate = identifier();
            yield new Path(crate, crate);
          }
          case 'N' -> nested(ofValue);
          case 'M' -> {
            implementation();
            yield ofType(types.read());
          }
          case 'X' -> {
            implementation();
            yield ofTrait();
          }
          case 'Y' -> ofTrait();
          case 'I' -> {
            Path generic = path(ofValue);
            String colons = ofValue ? "::" : "";
            yield new Path(
                generic.text() + colons + "<" + types.arguments() + ">", generic.plain());
          }
          case 'B' -> types.back(() -> path(ofValue));
          default -> throw new MangledName.Unreadable();
        };
    in.leave();
    in.built(path.text());
    return path;
  }

  /** A type that is a path stands as it is, as in Rust's source. */
  private static Path ofType(Path type) {
    boolean isPath = Character.isLetter(type.text().charAt(0)) || type.text().startsWith("_");
    return isPath ? type : new Path("<" + type.text() + ">", "<" + type.plain() + ">");
  }

  private Path ofTrait() {
    Path type = types.read();
    Path trait = path(false);
    return new Path(
        "<" + type.text() + " as " + trait.text() + ">",
        "<" + type.plain() + " as " + trait.plain() + ">");
  }

  private Path nested(boolean ofValue) {
    char namespace = in.next();
    Path parent = path(ofValue);
    int number = disambiguator();
    String name = identifier();
    if (!Character.isUpperCase(namespace)) {
      return name.isEmpty() ? parent : parent.append("::" + name);
    }
    String kind = namespace == 'C' ? "closure" : namespace == 'S' ? "shim" : "" + namespace;
    return parent.append("::{" + kind + (name.isEmpty() ? "" : ":" + name) + "#" + number + "}");
  }

  private void implementation() {
    disambiguator();
    path(false);
  }

  private int disambiguator() {
    return in.accept('s') ? base62() + 1 : 0;
  }

  /** Reads a number in base 62 that ends with an underscore; a lone underscore is 0. */
  int base62() {
    if (in.accept('_')) {
      return 0;
    }
    long number = 0;
    char c = in.next();
    while (c != '_') {
      int digit =
          c >= '0' && c <= '9'
              ? c - '0'
              : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? c - 'A' + 36 : -1;
      // Hashes of crates are as long as that, and only skipped.
      number = (number * 62 + digit) & 0xff_ffff_ffffL;
      if (digit < 0) {
        throw new MangledName.Unreadable();
      }
      c = in.next();
    }
    return (int) Math.min(number + 1, Integer.MAX_VALUE - 1);
  }

  private String identifier() {
    boolean punycode = in.accept('u');
    int length = in.number();
    in.accept('_');
    String name = in.take(length);
    return punycode ? "punycode{" + name.replaceFirst("_(?=[^_]*$)", "-") + "}" : name;
  }

  /** Joins what is read until an E. */
  String joined(Supplier<String> item) {
    List<String> items = new ArrayList<>();
    while (!in.accept('E')) {
      items.add(item.get());
    }
    return in.built(String.join(", ", items));
  }
}
