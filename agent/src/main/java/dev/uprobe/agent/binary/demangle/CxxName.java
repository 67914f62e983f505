package dev.uprobe.agent.binary.demangle;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads one C++ name (Itanium C++ ABI, 5.1). This is what its parts share: the text, and what they
 * may refer back to.
 */
final class CxxName {
  private final MangledName in;
  private final List<Substitute> substitutes = new ArrayList<>();
  private final CxxNames names;
  private final CxxTypes types;
  private final CxxTemplates templates;
  private final CxxExpressions expressions;
  private final CxxEncoding encoding;

  CxxName(String mangled) {
    this.in = new MangledName(mangled, 2);
    this.names = new CxxNames(this);
    this.types = new CxxTypes(this);
    this.templates = new CxxTemplates(this);
    this.expressions = new CxxExpressions(this);
    this.encoding = new CxxEncoding(this);
  }

  /**
   * @throws MangledName.Unreadable where the name is none, or uses what is not known here
   */
  ReadableName read(String suffix) {
    CxxEncoding.Entity entity = encoding.read();
    if (!in.atEnd()) {
      throw new MangledName.Unreadable();
    }
    return new ReadableName(
        StandardNames.shortened(entity.name().text()),
        StandardNames.shortened(entity.name().plain()),
        StandardNames.shortened(entity.parameters()),
        StandardNames.shortened(entity.result()),
        suffix);
  }

  MangledName in() {
    return in;
  }

  CxxNames names() {
    return names;
  }

  CxxTypes types() {
    return types;
  }

  CxxTemplates templates() {
    return templates;
  }

  CxxExpressions expressions() {
    return expressions;
  }

  CxxEncoding encoding() {
    return encoding;
  }

  /** Remembers a part that may be repeated, and returns it. */
  <T extends Substitute> T substitutable(T part) {
    substitutes.add(part);
    return part;
  }

  /** Reads a repeated part: {@code S_}, {@code S0_}, {@code Sa} and so on, but {@code St}. */
  Substitute substitution() {
    in.expect('S');
    char c = in.next();
    return switch (c) {
      case 'a' -> new Prefix("std::allocator", "std::allocator", "allocator");
      case 'b' -> new Prefix("std::basic_string", "std::basic_string", "basic_string");
      case 's' -> new Prefix("std::string", "std::string", "basic_string");
      case 'i' -> new Prefix("std::istream", "std::istream", "basic_istream");
      case 'o' -> new Prefix("std::ostream", "std::ostream", "basic_ostream");
      case 'd' -> new Prefix("std::iostream", "std::iostream", "basic_iostream");
      default -> earlier(c);
    };
  }

  private Substitute earlier(char first) {
    int index = 0;
    char c = first;
    if (c != '_') {
      while (c != '_') {
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
        index = index * 36 + digit;
        if (digit < 0 || index > substitutes.size()) {
          throw new MangledName.Unreadable();
        }
        c = in.next();
      }
      index++;
    }
    if (index >= substitutes.size()) {
      throw new MangledName.Unreadable();
    }
    return substitutes.get(index);
  }
}
