package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.ValueType;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Writes what a probe reads at a hit into its config: struct value. */
final class ConfigValues {
  /** How many values a probe has at the most. */
  static final int MAX = Structs.Config.VALUES_COUNT;

  private final ByteBuffer config;
  private final ProbePlan plan;
  private final EventLayout layout;
  private final ConfigOperands operands;

  ConfigValues(ByteBuffer config, ProbePlan plan, EventLayout layout, ConfigOperands operands) {
    this.config = config;
    this.plan = plan;
    this.layout = layout;
    this.operands = operands;
  }

  void write() {
    if (layout.slots().size() > MAX) {
      throw new IllegalArgumentException("A probe has " + MAX + " values at the most.");
    }
    for (int i = 0; i < layout.slots().size(); i++) {
      write(Structs.Config.VALUES + i * Structs.Value.SIZEOF, layout.slots().get(i));
    }
  }

  private void write(int at, EventLayout.Slot slot) {
    Operand operand = slot.value().operand();
    operands.write(at + Structs.Value.OPERAND, operand);
    if (operand.type() instanceof ValueType.Bytes memory) {
      memory.length().ifPresent(length -> operands.write(at + Structs.Value.LENGTH, length));
    }
    boolean isCaptured = plan.aggregation().map(groups -> aggregates(groups, slot)).orElse(true);
    Structs.Value.kind(config, at, kind(operand.type()));
    Structs.Value.offset(config, at, isCaptured ? slot.offset() : 0);
    Structs.Value.size(config, at, slot.dataSize());
  }

  /** Other values are only compared; of two of one name, which differ in length, the first. */
  private boolean aggregates(Aggregation aggregation, EventLayout.Slot slot) {
    String name = slot.value().name();
    boolean isNeeded =
        aggregation.by().stream().anyMatch(key -> key.name().equals(name))
            || aggregation.histogram().filter(of -> of.name().equals(name)).isPresent();
    return isNeeded && layout.slotOf(name).equals(Optional.of(slot));
  }

  private static int kind(ValueType type) {
    if (type instanceof ValueType.Text) {
      return Constants.KIND_STRING;
    }
    return type.isBehindAddress() ? Constants.KIND_BYTES : Constants.KIND_NUMBER;
  }
}
