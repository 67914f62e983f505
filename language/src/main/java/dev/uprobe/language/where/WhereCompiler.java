package dev.uprobe.language.where;

import static dev.uprobe.language.plan.Condition.Operator.ANY_BIT;
import static dev.uprobe.language.plan.Condition.Operator.EQUAL;
import static dev.uprobe.language.plan.Condition.Operator.GREATER;
import static dev.uprobe.language.plan.Condition.Operator.GREATER_OR_EQUAL;
import static dev.uprobe.language.plan.Condition.Operator.LESS;
import static dev.uprobe.language.plan.Condition.Operator.LESS_OR_EQUAL;
import static dev.uprobe.language.plan.Condition.Operator.NOT_EQUAL;

import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Condition.Operator;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.scope.Scope;
import dev.uprobe.language.text.SyntaxException;
import dev.uprobe.language.text.TextCursor;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Compiles one entry of {@code where} to clauses that must all hold. */
public final class WhereCompiler {
  /** The most conditions that a probe may have, after ranges are split. */
  public static final int MAX_CONDITIONS = 16;

  private static final int MAX_LENGTH = 1024;
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*+");
  private static final Pattern OPERATOR = Pattern.compile("==|!=|<=|>=|<|>|&(?!&)");
  private static final Pattern OR = Pattern.compile("or\\b|\\|\\|");
  private static final Pattern AND = Pattern.compile("and\\b|&&");

  private final TextCursor cursor;
  private final Scope scope;

  private WhereCompiler(TextCursor cursor, Scope scope) {
    this.cursor = cursor;
    this.scope = scope;
  }

  /**
   * Compiles an entry such as {@code cents == 10..20 or customer == NULL}.
   *
   * @throws SyntaxException if it is not a condition, compares values that cannot be compared, or
   *     would give more than {@value #MAX_CONDITIONS} conditions
   */
  public static List<Clause> compile(String entry, Scope scope) {
    if (entry.length() > MAX_LENGTH) {
      throw new SyntaxException(
          MAX_LENGTH + 1, "a condition has at most " + MAX_LENGTH + " characters");
    }
    return new WhereCompiler(new TextCursor(entry), scope).entry();
  }

  private List<Clause> entry() {
    List<Clause> clauses = comparison();
    while (!cursor.atEnd()) {
      int column = cursor.column();
      if (cursor.accept(AND).isPresent()) {
        throw new SyntaxException(
            column, "write the other condition as a separate entry; all entries must hold");
      }
      if (cursor.accept(OR).isEmpty()) {
        throw cursor.expected("\"or\" or the end");
      }
      clauses = either(clauses, comparison());
      if (clauses.stream().mapToInt(clause -> clause.anyOf().size()).sum() > MAX_CONDITIONS) {
        throw new SyntaxException(
            column, "this gives more than " + MAX_CONDITIONS + " conditions; use fewer ranges");
      }
    }
    return clauses;
  }

  /** Distributes: (a and b) or (c and d) is (a or c) and (a or d) and (b or c) and (b or d). */
  private static List<Clause> either(List<Clause> left, List<Clause> right) {
    List<Clause> clauses = new ArrayList<>();
    for (Clause a : left) {
      for (Clause b : right) {
        List<Condition> anyOf = new ArrayList<>(a.anyOf());
        anyOf.addAll(b.anyOf());
        clauses.add(new Clause(anyOf));
      }
    }
    return clauses;
  }

  private List<Clause> comparison() {
    int column = cursor.column();
    String name =
        cursor
            .accept(NAME)
            .map(MatchResult::group)
            .orElseThrow(() -> cursor.expected("the name of a value"));
    Operand operand =
        scope
            .operand(name)
            .orElseThrow(() -> new SyntaxException(column, scope.whyNotCompared(name)));
    if (operand.type() instanceof ValueType.Real) {
      throw new SyntaxException(
          column, name + " is a floating-point number, which the kernel cannot compare");
    }
    return operand.type().isBehindAddress()
        ? List.of(clause(new TextComparison(cursor, name, operand).compile()))
        : comparison(name, operand);
  }

  private List<Clause> comparison(String name, Operand operand) {
    int operatorColumn = cursor.column();
    Operator operator = operator();
    boolean isEquality = operator == EQUAL || operator == NOT_EQUAL;
    if (!isEquality && operand.type() instanceof ValueType.Bool) {
      throw new SyntaxException(
          operatorColumn, name + " is a bool, which can only be compared with == and !=");
    }
    if (operator == ANY_BIT && operand.source() instanceof Source.Duration) {
      throw new SyntaxException(operatorColumn, "a duration has no bits to test");
    }
    int rangeColumn = cursor.column();
    BigInteger first = constant(name, operand, operator);
    if (!cursor.accept("..")) {
      checkCanHold(name, operand, operator, first, rangeColumn);
      return List.of(clause(condition(operand, operator, first)));
    }
    if (!isEquality) {
      throw new SyntaxException(rangeColumn, "a range can only be compared with == and !=");
    }
    BigInteger last = constant(name, operand, operator);
    if (first.compareTo(last) > 0) {
      throw new SyntaxException(rangeColumn, "the range is empty; write the smaller number first");
    }
    return operator == EQUAL
        ? List.of(
            clause(condition(operand, GREATER_OR_EQUAL, first)),
            clause(condition(operand, LESS_OR_EQUAL, last)))
        : List.of(clause(condition(operand, LESS, first), condition(operand, GREATER, last)));
  }

  private Operator operator() {
    return cursor
        .accept(OPERATOR)
        .map(
            match ->
                switch (match.group()) {
                  case "==" -> EQUAL;
                  case "!=" -> NOT_EQUAL;
                  case "<=" -> LESS_OR_EQUAL;
                  case ">=" -> GREATER_OR_EQUAL;
                  case "<" -> LESS;
                  case ">" -> GREATER;
                  default -> ANY_BIT;
                })
        .orElseThrow(() -> cursor.expected("one of == != < <= > >= &"));
  }

  private BigInteger constant(String name, Operand operand, Operator operator) {
    int column = cursor.column();
    boolean isDuration = operand.source() instanceof Source.Duration;
    BigInteger constant =
        isDuration ? Constant.nanoseconds(cursor) : Constant.of(cursor, operand.type());
    Bounds bounds = operator == ANY_BIT ? Bounds.ofMask(operand.type()) : bounds(operand);
    if (!bounds.contain(constant)) {
      throw new SyntaxException(
          column,
          "%s is out of range for %s: from %s to %s"
              .formatted(constant, name, bounds.least(), bounds.most()));
    }
    return constant;
  }

  /** A filter that rejects every call would look like a function that is never called. */
  private static void checkCanHold(
      String name, Operand operand, Operator operator, BigInteger constant, int column) {
    Bounds bounds = bounds(operand);
    boolean isBelowAll = operator == LESS && constant.equals(bounds.least());
    boolean isAboveAll = operator == GREATER && constant.equals(bounds.most());
    if (isBelowAll || isAboveAll) {
      boolean isUnsigned =
          operand.type() instanceof ValueType.Whole && bounds.least().signum() == 0;
      throw new SyntaxException(
          column,
          "this can never hold, %s is from %s to %s%s"
              .formatted(
                  name,
                  bounds.least(),
                  bounds.most(),
                  isBelowAll && isUnsigned && isTyped(operand)
                      ? "; if it can be negative, give it a signed type such as i32"
                      : ""));
    }
  }

  private static boolean isTyped(Operand operand) {
    return !(operand.source() instanceof Source.Duration
        || operand.source() instanceof Source.ProcessId
        || operand.source() instanceof Source.ThreadId);
  }

  private static Bounds bounds(Operand operand) {
    return operand.source() instanceof Source.Duration
        ? Bounds.DURATION
        : Bounds.of(operand.type());
  }

  private static Condition condition(Operand operand, Operator operator, BigInteger constant) {
    return new Condition.Number(operand, operator, constant.longValue());
  }

  private static Clause clause(Condition... anyOf) {
    return new Clause(List.of(anyOf));
  }
}
