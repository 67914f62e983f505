package dev.uprobe.language.path;

import dev.uprobe.language.plan.Source;
import dev.uprobe.language.text.SyntaxException;
import dev.uprobe.language.text.TextCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Parses paths in C syntax, with offsets in bytes.
 *
 * <pre>
 * sum     = unary { ( "+" | "-" ) number }
 * unary   = "*" unary | postfix
 * postfix = ( name | "(" sum ")" ) { "->" ( number | name ) | "." name | "[" number "]" }
 * </pre>
 */
public final class PathParser {
  private static final int MAX_LENGTH = 256;
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*+");
  private static final Pattern NUMBER =
      Pattern.compile("(-?)(?:0[xX]([0-9a-fA-F]{1,8})|(0|[1-9][0-9]{0,8}))(?![A-Za-z_0-9])");

  private final TextCursor cursor;
  private String origin = "";
  private final List<Step> steps = new ArrayList<>();

  /** Offset to add to the address so far; the next step uses it. */
  private int plus;

  private int depth;

  private PathParser(TextCursor cursor) {
    this.cursor = cursor;
  }

  /**
   * Parses a path such as {@code arg1->16->8}, {@code *arg2} or {@code return + 4}.
   *
   * @throws SyntaxException if it is not a path, or follows too many pointers
   */
  public static ValuePath parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new SyntaxException(MAX_LENGTH + 1, "a path has at most " + MAX_LENGTH + " characters");
    }
    PathParser parser = new PathParser(new TextCursor(text));
    parser.sum();
    if (!parser.cursor.atEnd()) {
      throw parser.cursor.expected("->, [, +, - or the end");
    }
    return new ValuePath(parser.origin, parser.steps, parser.plus);
  }

  private void sum() {
    unary();
    while (true) {
      int column = cursor.column();
      if (cursor.accept("+")) {
        add(number("a number of bytes"), column);
      } else if (!isArrow() && cursor.accept("-")) {
        add(-number("a number of bytes"), column);
      } else {
        return;
      }
    }
  }

  private boolean isArrow() {
    return cursor.startsWith("->");
  }

  private void unary() {
    int column = cursor.column();
    if (cursor.accept("*")) {
      nested(column, this::unary);
      step(new Step.Offset(plus, column), column);
      return;
    }
    postfix();
  }

  private void postfix() {
    int first = cursor.column();
    if (cursor.accept("(")) {
      nested(first, this::sum);
      if (!cursor.accept(")")) {
        throw cursor.expected("\")\"");
      }
    } else {
      origin =
          cursor
              .accept(NAME)
              .map(MatchResult::group)
              .orElseThrow(() -> cursor.expected("arg1, return, or an argument's name"));
    }
    while (true) {
      int column = cursor.column();
      if (cursor.accept("->")) {
        follow(column);
      } else if (cursor.accept(".")) {
        MatchResult field =
            cursor.accept(NAME).orElseThrow(() -> cursor.expected("a field's name"));
        checkNothingToAdd(column);
        step(new Step.Field(field.group(), false, column), column);
      } else if (cursor.accept("[")) {
        int index = number("a number");
        if (!cursor.accept("]")) {
          throw cursor.expected("\"]\"");
        }
        checkOffset((long) index * Long.BYTES, column);
        checkNothingToAdd(column);
        step(new Step.Index(index, column), column);
      } else {
        return;
      }
    }
  }

  private void follow(int column) {
    int fieldColumn = cursor.column();
    Optional<MatchResult> field = cursor.accept(NAME);
    if (field.isPresent()) {
      checkNothingToAdd(column);
      step(new Step.Field(field.get().group(), true, fieldColumn), column);
      return;
    }
    add(number("an offset in bytes, such as 16, or a field's name"), column);
    step(new Step.Offset(plus, column), column);
  }

  private void checkNothingToAdd(int column) {
    if (plus != 0) {
      throw new SyntaxException(
          column, "after a + or - only an offset in bytes can follow, such as ->16");
    }
  }

  private void step(Step step, int column) {
    long pointers = steps.stream().filter(PathParser::mayFollow).count();
    if (pointers == Source.Memory.MAX_STEPS && mayFollow(step)) {
      throw new SyntaxException(
          column, "a path follows at most " + Source.Memory.MAX_STEPS + " pointers");
    }
    steps.add(step);
    plus = 0;
  }

  private static boolean mayFollow(Step step) {
    return !(step instanceof Step.Field field) || field.isBehindPointer();
  }

  private void add(int bytes, int column) {
    plus += bytes;
    checkOffset(plus, column);
  }

  private void nested(int column, Runnable part) {
    if (++depth > 2 * Source.Memory.MAX_STEPS) {
      throw new SyntaxException(column, "too many parentheses or stars");
    }
    part.run();
  }

  private int number(String wanted) {
    int column = cursor.column();
    MatchResult match = cursor.accept(NUMBER).orElseThrow(() -> cursor.expected(wanted));
    long magnitude =
        match.group(2) != null
            ? Long.parseLong(match.group(2), 16)
            : Long.parseLong(match.group(3));
    checkOffset(match.group(1).isEmpty() ? magnitude : -magnitude, column);
    return (int) (match.group(1).isEmpty() ? magnitude : -magnitude);
  }

  private static void checkOffset(long bytes, int column) {
    if (bytes < Source.Memory.MIN_OFFSET || bytes > Source.Memory.MAX_OFFSET) {
      throw new SyntaxException(
          column,
          "an offset is from %d to %d"
              .formatted(Source.Memory.MIN_OFFSET, Source.Memory.MAX_OFFSET));
    }
  }

  /** Returns the offset in bytes at which a step reads. */
  static int offset(Step step, int elementSize) {
    if (step instanceof Step.Offset offset) {
      return offset.bytes();
    }
    if (step instanceof Step.Index index) {
      return index.index() * elementSize;
    }
    Step.Field field = (Step.Field) step;
    throw new SyntaxException(
        field.column(),
        "the offset of the field %s is not known here; write it in bytes, as pahole shows it,"
                .formatted(field.name())
            + " such as ->16");
  }
}
