package dev.uprobe.language.where;

import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Condition.Match;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.SyntaxException;
import dev.uprobe.language.text.TextCursor;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Compiles comparisons of data at an address: a string, bytes, or an array. */
final class TextComparison {
  private static final Pattern OPERATOR =
      Pattern.compile("==|!=|(?:startsWith|endsWith|contains)\\b");
  private static final Pattern NULL = Pattern.compile("NULL\\b");

  /** The name of a thread has 15 bytes and a NUL. */
  private static final int MAX_COMM = 15;

  private final TextCursor cursor;
  private final String name;
  private final Operand operand;

  /** Compiles the comparison after the name of an operand. */
  TextComparison(TextCursor cursor, String name, Operand operand) {
    this.cursor = cursor;
    this.name = name;
    this.operand = operand;
  }

  Condition compile() {
    int operatorColumn = cursor.column();
    Match match =
        cursor
            .accept(OPERATOR)
            .map(MatchResult::group)
            .map(TextComparison::match)
            .orElseThrow(() -> cursor.expected("one of == != startsWith endsWith contains"));
    int column = cursor.column();
    boolean isEquality = match == Match.EQUAL || match == Match.NOT_EQUAL;
    boolean isComm = operand.source() instanceof Source.Comm;
    if (isEquality && !isComm && cursor.accept(NULL).isPresent()) {
      return nullCheck(match);
    }
    if (operand.type() instanceof ValueType.Array) {
      throw new SyntaxException(
          operatorColumn, name + " is an array, which can only be compared by == NULL and != NULL");
    }
    String constant = TextConstant.of(cursor);
    whyNot(match, constant)
        .ifPresent(
            reason -> {
              throw new SyntaxException(column, reason);
            });
    return new Condition.Text(operand, match, constant);
  }

  /** Checks for NULL, which reads only the address. */
  private Condition nullCheck(Match match) {
    Operand address = new Operand(operand.source(), new ValueType.Pointer(), operand.at());
    return new Condition.Number(
        address, match == Match.EQUAL ? Condition.Operator.EQUAL : Condition.Operator.NOT_EQUAL, 0);
  }

  private Optional<String> whyNot(Match match, String constant) {
    boolean isEquality = match == Match.EQUAL || match == Match.NOT_EQUAL;
    if (constant.isEmpty() && !isEquality) {
      return Optional.of("every text matches this; write the text to look for, or == ''");
    }
    if (operand.source() instanceof Source.Comm && constant.length() > MAX_COMM) {
      return Optional.of(
          "a comm has at most %d bytes, this one has %d".formatted(MAX_COMM, constant.length()));
    }
    if (operand.type() instanceof ValueType.Text && constant.indexOf(0) >= 0) {
      return Optional.of("a string ends at its \\0, so it cannot have one in it");
    }
    if (!isEquality && match != Match.STARTS_WITH && constant.length() > operand.type().size()) {
      return Optional.of(
          "%s captures %d bytes, the text has %d; give %s a larger size"
              .formatted(name, operand.type().size(), constant.length(), name));
    }
    return Optional.empty();
  }

  private static Match match(String operator) {
    return switch (operator) {
      case "==" -> Match.EQUAL;
      case "!=" -> Match.NOT_EQUAL;
      case "startsWith" -> Match.STARTS_WITH;
      case "endsWith" -> Match.ENDS_WITH;
      default -> Match.CONTAINS;
    };
  }
}
