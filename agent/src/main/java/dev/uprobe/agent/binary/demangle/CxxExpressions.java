package dev.uprobe.agent.binary.demangle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads expressions, which stand in template arguments (Itanium C++ ABI, 5.1.6). */
final class CxxExpressions {
  private final CxxName whole;
  private final MangledName in;

  CxxExpressions(CxxName whole) {
    this.whole = whole;
    this.in = whole.in();
  }

  String read() {
    in.enter();
    String text = in.built(expression());
    in.leave();
    return text;
  }

  private String expression() {
    switch (in.peek()) {
      case 'L':
        return literal();
      case 'T':
        return whole.templates().parameter().text();
      default:
        break;
    }
    if (in.atDigit()) {
      return unresolved();
    }
    if (in.accept("fpT")) {
      return "this";
    }
    if (in.looksAt("fp") || in.looksAt("fL")) {
      return functionParameter();
    }
    if (in.accept("sr")) {
      return scope() + "::" + unresolved();
    }
    String code = in.take(2);
    return switch (code) {
      case "on" -> operatorName();
      case "gs" -> "::" + read();
      case "st" -> "sizeof (" + whole.types().read().text() + ")";
      case "sz" -> "sizeof (" + read() + ")";
      case "at" -> "alignof (" + whole.types().read().text() + ")";
      case "az" -> "alignof (" + read() + ")";
      case "nx" -> "noexcept (" + read() + ")";
      case "sZ" -> "sizeof...(" + read() + ")";
      case "sp" -> read() + "...";
      case "cl" -> {
        String called = read();
        yield called + "(" + list() + ")";
      }
      case "cv" -> cast();
      case "sc", "dc", "cc", "rc" -> {
        String type = whole.types().read().text();
        yield castName(code) + "<" + type + ">(" + read() + ")";
      }
      case "tl" -> {
        String type = whole.types().read().text();
        yield type + "{" + list() + "}";
      }
      case "il" -> "{" + list() + "}";
      case "dt" -> {
        String object = read();
        yield object + "." + unresolved();
      }
      case "pp", "mm" -> {
        boolean prefix = in.accept('_');
        String operand = "(" + read() + ")";
        String symbol = code.equals("pp") ? "++" : "--";
        yield prefix ? symbol + operand : operand + symbol;
      }
      default -> operation(CxxOperator.of(code).orElseThrow(MangledName.Unreadable::new));
    };
  }

  private String operation(CxxOperator operator) {
    if (operator.symbol().equals("->")) {
      String object = read();
      return object + "->" + unresolved();
    }
    String first = grouped();
    if (operator.operands() == 1) {
      return operator.symbol() + first;
    }
    String second = grouped();
    if (operator.symbol().equals("[]")) {
      return first + "[" + second + "]";
    }
    String both = first + operator.symbol() + second;
    return operator.operands() == 2 ? both : both + " : " + grouped();
  }

  private String grouped() {
    return "(" + read() + ")";
  }

  private String list() {
    List<String> items = new ArrayList<>();
    while (!in.accept('E')) {
      items.add(read());
    }
    return String.join(", ", items);
  }

  private String cast() {
    String type = whole.types().read().text();
    return in.accept('_') ? type + "(" + list() + ")" : "(" + type + ")" + grouped();
  }

  private static String castName(String code) {
    return switch (code) {
      case "sc" -> "static_cast";
      case "dc" -> "dynamic_cast";
      case "cc" -> "const_cast";
      default -> "reinterpret_cast";
    };
  }

  private String functionParameter() {
    if (in.accept("fL")) {
      in.number();
      in.expect('p');
    } else {
      in.take(2);
    }
    whole.names().qualifiers();
    int number = in.atDigit() ? in.number() + 2 : 1;
    in.expect('_');
    return "{parm#" + number + "}";
  }

  private String scope() {
    if (!in.atDigit() && !in.looksAt("N")) {
      return whole.types().read().text();
    }
    String scope = in.accept('N') ? whole.types().read().text() : unresolved();
    while (!in.accept('E')) {
      scope = in.built(scope + "::" + unresolved());
    }
    return scope;
  }

  private String unresolved() {
    String name = in.accept("on") ? operatorName() : in.take(in.number());
    return in.peek() == 'I' ? name + whole.templates().read(false) : name;
  }

  private String operatorName() {
    return "operator"
        + CxxOperator.of(in.take(2)).orElseThrow(MangledName.Unreadable::new).symbol();
  }

  /** Reads a constant, or the name of a function or variable. */
  String literal() {
    in.expect('L');
    if (in.accept("_Z")) {
      String entity = whole.encoding().read().text();
      in.expect('E');
      return entity;
    }
    TypeText type = whole.types().read();
    StringBuilder digits = new StringBuilder(in.accept('n') ? "-" : "");
    while (in.peek() != 'E') {
      digits.append(in.next());
    }
    in.expect('E');
    return constant(type.text(), digits.toString());
  }

  private static String constant(String type, String digits) {
    if (type.equals("bool") && digits.equals("0")) {
      return "false";
    }
    if (type.equals("bool") && digits.equals("1")) {
      return "true";
    }
    return suffix(type)
        .map(suffix -> digits + suffix)
        .orElseGet(() -> "(" + type + ")" + (digits.isEmpty() ? "0" : digits));
  }

  private static Optional<String> suffix(String type) {
    return switch (type) {
      case "int" -> Optional.of("");
      case "unsigned int" -> Optional.of("u");
      case "long" -> Optional.of("l");
      case "unsigned long" -> Optional.of("ul");
      case "long long" -> Optional.of("ll");
      case "unsigned long long" -> Optional.of("ull");
      default -> Optional.empty();
    };
  }
}
