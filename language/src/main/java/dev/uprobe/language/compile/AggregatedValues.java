package dev.uprobe.language.compile;

import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.Aggregation.Key;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Selects the values that a probe with an aggregation must read: no more than it needs. */
final class AggregatedValues {
  private AggregatedValues() {}

  /**
   * Returns the values that the probe's aggregation needs, followed by those that a condition reads
   * as text.
   */
  static List<Value> of(Aggregation aggregation, List<Clause> where, List<Value> values) {
    Set<String> aggregated = new HashSet<>();
    aggregation.histogram().ifPresent(each -> aggregated.add(each.name()));
    aggregation.by().stream().map(Key::name).forEach(aggregated::add);
    Set<Operand> compared = compared(where);
    return Stream.concat(
            values.stream()
                .filter(each -> aggregated.contains(each.name()))
                .map(AggregatedValues::shortened),
            values.stream().filter(each -> compared.contains(each.operand())))
        .distinct()
        .toList();
  }

  private static Set<Operand> compared(List<Clause> where) {
    return where.stream()
        .flatMap(clause -> clause.anyOf().stream())
        .filter(Condition.Text.class::isInstance)
        .map(Condition::left)
        .collect(Collectors.toSet());
  }

  private static Value shortened(Value value) {
    Operand operand = value.operand();
    ValueType type = shortened(operand.type());
    return new Value(value.name(), new Operand(operand.source(), type, operand.at()));
  }

  private static ValueType shortened(ValueType type) {
    if (type instanceof ValueType.Text text && text.limit() > Aggregation.MAX_TEXT) {
      return new ValueType.Text(Aggregation.MAX_TEXT);
    }
    // If a text has a known length, the program reads at most this many bytes of it.
    return type instanceof ValueType.Bytes bytes && bytes.text()
        ? new ValueType.Bytes(Aggregation.MAX_TEXT, bytes.length(), true)
        : type;
  }
}
