package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import java.nio.ByteBuffer;

/** Writes which calls become events into a probe's config: struct condition. */
final class ConfigConditions {
  /** How many conditions a probe has at the most. */
  static final int MAX = Structs.Config.CONDITIONS_COUNT;

  private final ByteBuffer config;
  private final ProbePlan plan;
  private final EventLayout layout;
  private final ConfigOperands operands;
  private final Patterns patterns;

  ConfigConditions(ByteBuffer config, ProbePlan plan, EventLayout layout, ConfigOperands operands) {
    this.config = config;
    this.plan = plan;
    this.layout = layout;
    this.operands = operands;
    this.patterns = Patterns.of(plan);
  }

  void write() {
    int count = plan.where().stream().mapToInt(clause -> clause.anyOf().size()).sum();
    if (count > MAX) {
      throw new IllegalArgumentException("A probe has " + MAX + " conditions at the most.");
    }
    int at = Structs.Config.CONDITIONS;
    for (Clause clause : plan.where()) {
      for (int i = 0; i < clause.anyOf().size(); i++) {
        write(at, clause.anyOf().get(i));
        Structs.Condition.endsClause(config, at, i == clause.anyOf().size() - 1 ? 1 : 0);
        at += Structs.Condition.SIZEOF;
      }
    }
  }

  private void write(int at, Condition condition) {
    operands.write(at + Structs.Condition.LEFT, condition.left());
    if (condition instanceof Condition.Number number) {
      Structs.Condition.operator(config, at, operator(number.operator()));
      Structs.Condition.right(config, at, number.right());
    } else if (condition instanceof Condition.Text text) {
      Structs.Condition.operator(config, at, operator(text.match()));
      Structs.Condition.right(config, at, patterns.indexOf(text));
      Structs.Condition.reach(config, at, text.reach());
      Structs.Condition.length(config, at, text.right().length());
      boolean isComm = text.left().source() instanceof Source.Comm;
      Structs.Condition.value(config, at, isComm ? 0 : layout.indexOf(text.left()));
    }
  }

  private static int operator(Condition.Operator operator) {
    return switch (operator) {
      case EQUAL -> Constants.OPERATOR_EQUAL;
      case NOT_EQUAL -> Constants.OPERATOR_NOT_EQUAL;
      case LESS -> Constants.OPERATOR_LESS;
      case LESS_OR_EQUAL -> Constants.OPERATOR_LESS_OR_EQUAL;
      case GREATER -> Constants.OPERATOR_GREATER;
      case GREATER_OR_EQUAL -> Constants.OPERATOR_GREATER_OR_EQUAL;
      case ANY_BIT -> Constants.OPERATOR_ANY_BIT;
    };
  }

  private static int operator(Condition.Match match) {
    return switch (match) {
      case EQUAL -> Constants.OPERATOR_TEXT_EQUAL;
      case NOT_EQUAL -> Constants.OPERATOR_TEXT_NOT_EQUAL;
      case STARTS_WITH -> Constants.OPERATOR_TEXT_STARTS_WITH;
      case ENDS_WITH -> Constants.OPERATOR_TEXT_ENDS_WITH;
      case CONTAINS -> Constants.OPERATOR_TEXT_CONTAINS;
    };
  }
}
