package dev.uprobe.compile;

import dev.uprobe.plan.Aggregation;
import dev.uprobe.plan.Aggregation.Key;
import dev.uprobe.plan.Clause;
import dev.uprobe.plan.Operand;
import dev.uprobe.plan.ProbeType;
import dev.uprobe.plan.Source;
import dev.uprobe.plan.Value;
import dev.uprobe.plan.ValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a probe that aggregates has to read of each call: no more than it needs. */
final class AggregatedValues {
  private AggregatedValues() {}

  /**
   * Returns those of a probe's values that its aggregation needs, and of a Call those that a
   * condition may need at the return.
   */
  static List<Value> of(
      Aggregation aggregation, ProbeType type, List<Clause> where, List<Value> values) {
    Set<String> aggregated = new HashSet<>();
    aggregation.histogram().ifPresent(each -> aggregated.add(each.name()));
    aggregation.by().stream().map(Key::name).forEach(aggregated::add);
    Set<Source> compared = type == ProbeType.CALL ? compared(where) : Set.of();
    return values.stream()
        .filter(
            each -> aggregated.contains(each.name()) || compared.contains(each.operand().source()))
        .map(each -> compared.contains(each.operand().source()) ? each : shortened(each))
        .toList();
  }

  private static Set<Source> compared(List<Clause> where) {
    return where.stream()
        .flatMap(clause -> clause.anyOf().stream())
        .map(condition -> condition.left().source())
        .collect(Collectors.toSet());
  }

  private static Value shortened(Value value) {
    if (value.operand().type() instanceof ValueType.Text text
        && text.limit() > Aggregation.MAX_TEXT) {
      return new Value(
          value.name(),
          new Operand(value.operand().source(), new ValueType.Text(Aggregation.MAX_TEXT)));
    }
    return value;
  }
}
