package dev.uprobe.language.where;

import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Condition.Match;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.ValueType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds clauses that cannot all hold. A filter that rejects every call would look like a function
 * that is never called.
 *
 * <p>Only clauses about a single value are compared with each other, so it misses some
 * contradictions but never reports a false one.
 */
public final class Contradiction {
  private Contradiction() {}

  /** Numbers from one to another, both included. */
  private record Range(BigInteger least, BigInteger most) {
    boolean isEmpty() {
      return least.compareTo(most) > 0;
    }

    Range and(Range other) {
      return new Range(least.max(other.least), most.min(other.most));
    }
  }

  /** Returns whether the clauses may all hold together; false only if that is impossible. */
  public static boolean isIn(List<Clause> clauses) {
    Map<Operand, List<Clause>> numbers = new LinkedHashMap<>();
    Map<Operand, List<Condition.Text>> texts = new LinkedHashMap<>();
    for (Clause clause : clauses) {
      Operand operand = clause.anyOf().get(0).left();
      boolean isAboutOne =
          clause.anyOf().stream().allMatch(condition -> condition.left().equals(operand));
      if (isAboutOne && clause.anyOf().stream().allMatch(Condition.Number.class::isInstance)) {
        numbers.computeIfAbsent(operand, key -> new ArrayList<>()).add(clause);
      } else if (clause.anyOf().size() == 1
          && clause.anyOf().get(0) instanceof Condition.Text text) {
        texts.computeIfAbsent(operand, key -> new ArrayList<>()).add(text);
      }
    }
    return numbers.entrySet().stream()
            .anyMatch(entry -> !canHold(entry.getValue(), bounds(entry.getKey())))
        || texts.values().stream().anyMatch(Contradiction::isAmong);
  }

  /**
   * Returns whether a number can satisfy a clause that is about this number alone.
   *
   * @param bytes that the number has; 1 to 8
   */
  public static boolean canHold(Clause clause, int bytes, boolean signed) {
    return canHold(List.of(clause), Bounds.of(new ValueType.Whole(bytes, signed)));
  }

  private static boolean canHold(List<Clause> clauses, Bounds bounds) {
    List<Range> left = List.of(new Range(bounds.least(), bounds.most()));
    for (Clause clause : clauses) {
      List<Range> next = new ArrayList<>();
      for (Range range : left) {
        for (Condition condition : clause.anyOf()) {
          for (Range allowed : allowed((Condition.Number) condition, bounds)) {
            Range both = range.and(allowed);
            if (!both.isEmpty() && !next.contains(both)) {
              next.add(both);
            }
          }
        }
      }
      left = next;
    }
    return !left.isEmpty();
  }

  private static List<Range> allowed(Condition.Number condition, Bounds bounds) {
    BigInteger constant = constant(condition);
    Range below = new Range(bounds.least(), constant.subtract(BigInteger.ONE));
    Range above = new Range(constant.add(BigInteger.ONE), bounds.most());
    return switch (condition.operator()) {
      case EQUAL -> List.of(new Range(constant, constant));
      case NOT_EQUAL -> List.of(below, above);
      case LESS -> List.of(below);
      case LESS_OR_EQUAL -> List.of(new Range(bounds.least(), constant));
      case GREATER -> List.of(above);
      case GREATER_OR_EQUAL -> List.of(new Range(constant, bounds.most()));
      case ANY_BIT -> List.of(new Range(bounds.least(), bounds.most()));
    };
  }

  private static BigInteger constant(Condition.Number condition) {
    boolean isSigned =
        condition.left().source() instanceof Source.Duration
            || condition.left().type() instanceof ValueType.Whole whole && whole.signed();
    return isSigned
        ? BigInteger.valueOf(condition.right())
        : new BigInteger(Long.toUnsignedString(condition.right()));
  }

  private static Bounds bounds(Operand operand) {
    return operand.source() instanceof Source.Duration
        ? Bounds.DURATION
        : Bounds.of(operand.type());
  }

  private static boolean isAmong(List<Condition.Text> conditions) {
    for (Condition.Text one : conditions) {
      for (Condition.Text other : conditions) {
        if (excludes(one, other)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean excludes(Condition.Text one, Condition.Text other) {
    String left = one.right();
    String right = other.right();
    return switch (one.match()) {
      case EQUAL -> !isFulfilled(other, left);
      case STARTS_WITH ->
          other.match() == Match.STARTS_WITH && !left.startsWith(right) && !right.startsWith(left);
      case ENDS_WITH ->
          other.match() == Match.ENDS_WITH && !left.endsWith(right) && !right.endsWith(left);
      case NOT_EQUAL, CONTAINS -> false;
    };
  }

  private static boolean isFulfilled(Condition.Text condition, String text) {
    return switch (condition.match()) {
      case EQUAL -> text.equals(condition.right());
      case NOT_EQUAL -> !text.equals(condition.right());
      case STARTS_WITH -> text.startsWith(condition.right());
      case ENDS_WITH -> text.endsWith(condition.right());
      case CONTAINS -> text.contains(condition.right());
    };
  }
}
