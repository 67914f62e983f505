package dev.uprobe.language.gosignature;

import dev.uprobe.language.text.SyntaxException;
import dev.uprobe.language.text.TextCursor;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads a type. */
final class GoTypeParser {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_][A-Za-z_0-9]*+(?:\\.[A-Za-z_][A-Za-z_0-9]*+)?");
  private static final Pattern CHANNEL = Pattern.compile("<-\\s*chan\\b|chan\\b(?:\\s*<-)?");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
  private static final int MAX_DEPTH = 32;

  private final TextCursor cursor;
  private int depth;

  GoTypeParser(TextCursor cursor) {
    this.cursor = cursor;
  }

  /**
   * Reads a type of a value.
   *
   * @throws SyntaxException if it is unknown how the type is passed
   */
  GoType type() {
    int column = cursor.column();
    return read()
        .orElseThrow(
            () ->
                new SyntaxException(
                    column,
                    "the registers of this type cannot be determined from its name; write the"
                        + " underlying type, such as int64, string, interface{} or"
                        + " struct{a, b int}"));
  }

  /** Reads a type; empty for a name that is not known. */
  private Optional<GoType> read() {
    if (++depth > MAX_DEPTH) {
      throw new SyntaxException(cursor.column(), "types are nested too deeply here");
    }
    try {
      return nested();
    } finally {
      depth--;
    }
  }

  private Optional<GoType> nested() {
    if (cursor.accept("*")) {
      read();
      return Optional.of(GoType.POINTER);
    }
    if (cursor.accept("...")) {
      return Optional.of(slice());
    }
    if (cursor.accept("[")) {
      return cursor.accept("]") ? Optional.of(slice()) : array();
    }
    if (cursor.accept(CHANNEL).isPresent()) {
      read();
      return Optional.of(GoType.POINTER);
    }
    if (cursor.accept("(")) {
      Optional<GoType> inner = read();
      expect(")");
      return inner;
    }
    String name =
        cursor
            .accept(NAME)
            .map(MatchResult::group)
            .orElseThrow(() -> cursor.expected("a type, such as string or *Cart"));
    return switch (name) {
      case "map" -> {
        expect("[");
        read();
        expect("]");
        read();
        yield Optional.of(GoType.POINTER);
      }
      case "func" -> {
        skip("(", ")");
        skipResults();
        yield Optional.of(GoType.POINTER);
      }
      case "interface" -> {
        skip("{", "}");
        yield Optional.of(GoType.INTERFACE);
      }
      case "struct" -> struct();
      default -> named(name);
    };
  }

  private Optional<GoType> named(String name) {
    if (cursor.startsWith("[")) {
      skip("[", "]");
      return Optional.empty();
    }
    return GoTypes.named(name);
  }

  /** Returns the type of a single name that has been read already. */
  static GoType named(GoEntry entry) {
    return new GoTypeParser(new TextCursor(" ".repeat(entry.column() - 1) + entry.name())).type();
  }

  private GoType slice() {
    Optional<GoType> element = read();
    boolean isBytes = element.filter(GoTypes.named("byte").orElseThrow()::equals).isPresent();
    return isBytes ? GoType.BYTES : GoType.SLICE;
  }

  /** Only an array of one element is passed in registers, like its element. */
  private Optional<GoType> array() {
    String length =
        cursor
            .accept(LENGTH)
            .map(MatchResult::group)
            .orElseThrow(() -> cursor.expected("the array's length as a number, or \"]\""));
    expect("]");
    Optional<GoType> element = read();
    return switch (Integer.parseInt(length)) {
      case 0 -> Optional.of(GoType.struct(0, 0, false));
      case 1 -> element.map(each -> GoType.struct(each.integers(), each.floats(), each.inMemory()));
      default -> Optional.of(GoType.ARRAY);
    };
  }

  private Optional<GoType> struct() {
    expect("{");
    int integers = 0;
    int floats = 0;
    boolean inMemory = false;
    while (!cursor.accept("}")) {
      for (GoEntry field : new GoEntries(cursor, this).list(";", "}")) {
        integers += field.type().integers();
        floats += field.type().floats();
        inMemory |= field.type().inMemory();
      }
      cursor.accept(";");
    }
    return Optional.of(GoType.struct(integers, floats, inMemory));
  }

  private void skipResults() {
    if (cursor.startsWith("(")) {
      skip("(", ")");
    } else if (!cursor.atEnd() && !cursor.startsWith(",") && !cursor.startsWith(")")) {
      read();
    }
  }

  private static final Pattern OTHER = Pattern.compile("[^()\\[\\]{}]++");

  /** Skips nested text up to the matching closing mark. */
  private void skip(String open, String close) {
    expect(open);
    int opened = 1;
    while (opened > 0) {
      if (cursor.accept(open)) {
        opened++;
      } else if (cursor.accept(close)) {
        opened--;
      } else if (cursor.accept(OTHER).isEmpty()
          && !(cursor.accept("(")
              || cursor.accept(")")
              || cursor.accept("[")
              || cursor.accept("]")
              || cursor.accept("{")
              || cursor.accept("}"))) {
        throw cursor.expected("\"" + close + "\"");
      }
    }
  }

  private void expect(String mark) {
    if (!cursor.accept(mark)) {
      throw cursor.expected("\"" + mark + "\"");
    }
  }
}
