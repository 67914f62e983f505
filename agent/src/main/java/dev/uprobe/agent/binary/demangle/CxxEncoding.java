package dev.uprobe.agent.binary.demangle;

import java.util.ArrayList;
import java.util.List;

/** Reads what a whole name stands for: a function, a variable, or what compilers add to them. */
final class CxxEncoding {
  private final CxxName whole;
  private final MangledName in;

  CxxEncoding(CxxName whole) {
    this.whole = whole;
    this.in = whole.in();
  }

  /**
   * @param parameters with what stands behind them; empty for what is no function
   * @param result with a space behind; empty where it is not told
   */
  record Entity(Prefix name, String parameters, String result) {
    String text() {
      return result + name.text() + parameters;
    }
  }

  Entity read() {
    in.enter();
    Entity entity = in.peek() == 'T' || in.peek() == 'G' ? special() : ordinary();
    in.leave();
    return entity;
  }

  private Entity ordinary() {
    List<TypeText> outer = whole.templates().arguments();
    CxxNames.Name name = whole.names().read(true);
    if (atEnd()) {
      whole.templates().restore(outer);
      return new Entity(name.prefix(), "", "");
    }
    boolean tellsResult = name.isTemplate() && !name.isSpecial();
    TypeText result = tellsResult ? whole.types().read() : TypeText.plain("");
    String parameters = in.built(parameters() + name.qualifiers());
    whole.templates().restore(outer);
    String space = tellsResult && result.right().isEmpty() ? " " : "";
    return new Entity(name.prefix(), parameters + result.right(), result.left() + space);
  }

  private boolean atEnd() {
    return in.atEnd() || in.peek() == 'E' || in.peek() == '.';
  }

  /** Reads types up to the end of the name, or of the part that they belong to. */
  String parameters() {
    List<TypeText> types = new ArrayList<>();
    while (!atEnd() && in.peek() != 'Q') {
      types.add(whole.types().read());
    }
    if (in.accept('Q')) {
      whole.expressions().read();
    }
    String joined = TypeText.joined(types);
    return joined.equals("void") ? "()" : "(" + joined + ")";
  }

  private Entity special() {
    String code = in.take(2);
    return switch (code) {
      case "TV" -> of("vtable for ", type());
      case "TT" -> of("VTT for ", type());
      case "TI" -> of("typeinfo for ", type());
      case "TS" -> of("typeinfo name for ", type());
      case "TW" -> of("TLS wrapper function for ", name());
      case "TH" -> of("TLS init function for ", name());
      case "GV" -> of("guard variable for ", name());
      case "GT" -> {
        in.next();
        yield of("transaction clone for ", read());
      }
      case "Th" -> {
        callOffset('h');
        yield of("non-virtual thunk to ", read());
      }
      case "Tv" -> {
        callOffset('v');
        yield of("virtual thunk to ", read());
      }
      case "Tc" -> {
        callOffset(in.next());
        callOffset(in.next());
        yield of("covariant return thunk to ", read());
      }
      default -> throw new MangledName.Unreadable();
    };
  }

  private Entity type() {
    return new Entity(whole.types().read().asPrefix(), "", "");
  }

  private Entity name() {
    return new Entity(whole.names().read(false).prefix(), "", "");
  }

  private static Entity of(String what, Entity entity) {
    Prefix name = entity.name();
    return new Entity(
        new Prefix(what + name.text(), what + name.plain(), name.last()), entity.parameters(), "");
  }

  private void callOffset(char kind) {
    offset();
    if (kind == 'v') {
      offset();
    } else if (kind != 'h') {
      throw new MangledName.Unreadable();
    }
  }

  private void offset() {
    in.accept('n');
    in.number();
    in.expect('_');
  }
}
