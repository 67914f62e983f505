package dev.uprobe.agent.binary.demangle;

import dev.uprobe.agent.binary.demangle.RustName.Path;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads the types, constants and generic arguments of Rust's names (RFC 2603). */
final class RustTypes {
  private static final Map<Character, String> BASIC =
      Map.ofEntries(
          Map.entry('a', "i8"),
          Map.entry('b', "bool"),
          Map.entry('c', "char"),
          Map.entry('d', "f64"),
          Map.entry('e', "str"),
          Map.entry('f', "f32"),
          Map.entry('h', "u8"),
          Map.entry('i', "isize"),
          Map.entry('j', "usize"),
          Map.entry('l', "i32"),
          Map.entry('m', "u32"),
          Map.entry('n', "i128"),
          Map.entry('o', "u128"),
          Map.entry('p', "_"),
          Map.entry('s', "i16"),
          Map.entry('t', "u16"),
          Map.entry('u', "()"),
          Map.entry('v', "..."),
          Map.entry('x', "i64"),
          Map.entry('y', "u64"),
          Map.entry('z', "!"));

  private final RustName names;
  private final MangledName in;

  RustTypes(RustName names, MangledName in) {
    this.names = names;
    this.in = in;
  }

  /** Reads again what stands earlier in the name. */
  <T> T back(Supplier<T> read) {
    int from = in.position() - 1;
    int to = names.base62() + 2;
    if (to >= from) {
      throw new MangledName.Unreadable();
    }
    int next = in.position();
    in.moveTo(to);
    T again = read.get();
    in.moveTo(next);
    return again;
  }

  /** Reads generic arguments to their end. */
  String arguments() {
    return names.joined(
        () -> {
          if (in.accept('L')) {
            return lifetime();
          }
          return in.accept('K') ? constant() : read().text();
        });
  }

  private String lifetime() {
    int index = names.base62();
    return index == 0 ? "'_" : "'" + (char) ('a' + (index - 1) % 26);
  }

  Path read() {
    in.enter();
    Path type = type();
    in.leave();
    in.built(type.text());
    return type;
  }

  private Path type() {
    Optional<String> basic = Optional.ofNullable(BASIC.get(in.peek()));
    if (basic.isPresent()) {
      in.next();
      return same(basic.get());
    }
    return switch (in.peek()) {
      case 'R', 'Q' -> reference();
      case 'P' -> prefixed("*const ");
      case 'O' -> prefixed("*mut ");
      case 'A' -> array();
      case 'S' -> {
        in.next();
        Path element = read();
        yield new Path("[" + element.text() + "]", "[" + element.plain() + "]");
      }
      case 'T' -> {
        in.next();
        String items = names.joined(() -> read().text());
        yield same("(" + items + (items.isEmpty() || items.contains(",") ? "" : ",") + ")");
      }
      case 'F' -> same(function());
      case 'D' -> same(dynamic());
      case 'B' -> {
        in.next();
        yield back(this::read);
      }
      default -> names.path(false);
    };
  }

  private static Path same(String text) {
    return new Path(text, text);
  }

  private Path reference() {
    boolean mutable = in.next() == 'Q';
    if (in.accept('L')) {
      names.base62();
    }
    return behind(mutable ? "&mut " : "&");
  }

  private Path prefixed(String prefix) {
    in.next();
    return behind(prefix);
  }

  private Path behind(String prefix) {
    Path type = read();
    return new Path(prefix + type.text(), prefix + type.plain());
  }

  private Path array() {
    in.next();
    Path element = read();
    String length = constant();
    return new Path(
        "[" + element.text() + "; " + length + "]", "[" + element.plain() + "; " + length + "]");
  }

  private void binder() {
    if (in.accept('G')) {
      names.base62();
    }
  }

  private String function() {
    in.next();
    binder();
    String unsafe = in.accept('U') ? "unsafe " : "";
    String abi = "";
    if (in.accept('K')) {
      abi = in.accept('C') ? "extern \"C\" " : "extern \"" + in.take(in.number()) + "\" ";
    }
    String parameters = names.joined(() -> read().text());
    String result = read().text();
    return unsafe + abi + "fn(" + parameters + ")" + (result.equals("()") ? "" : " -> " + result);
  }

  private String dynamic() {
    in.next();
    binder();
    List<String> traits = new ArrayList<>();
    while (!in.accept('E')) {
      traits.add(trait());
    }
    in.expect('L');
    names.base62();
    return "dyn " + String.join(" + ", traits);
  }

  private String trait() {
    String path = names.path(false).text();
    List<String> bindings = new ArrayList<>();
    while (in.accept('p')) {
      String name = in.take(in.number());
      bindings.add(name + " = " + read().text());
    }
    if (bindings.isEmpty()) {
      return path;
    }
    String all = String.join(", ", bindings);
    return path.endsWith(">")
        ? path.substring(0, path.length() - 1) + ", " + all + ">"
        : path + "<" + all + ">";
  }

  private String constant() {
    if (in.accept('B')) {
      return back(this::constant);
    }
    if (in.accept('p')) {
      return "_";
    }
    char type = in.next();
    String sign = in.accept('n') ? "-" : "";
    StringBuilder hex = new StringBuilder("0");
    while (!in.accept('_')) {
      hex.append(in.next());
    }
    if (hex.length() > 33 || !hex.toString().matches("[0-9a-f]+")) {
      throw new MangledName.Unreadable();
    }
    BigInteger number = new BigInteger(hex.toString(), 16);
    return switch (type) {
      case 'b' -> number.signum() == 0 ? "false" : "true";
      case 'c' -> character(number.intValue());
      default -> {
        if (!BASIC.containsKey(type)) {
          throw new MangledName.Unreadable();
        }
        yield sign + number;
      }
    };
  }

  private static String character(int code) {
    if (!Character.isValidCodePoint(code) || Character.isISOControl(code)) {
      return "'\\u{" + Integer.toHexString(code) + "}'";
    }
    return "'" + Character.toString(code) + "'";
  }
}
