package dev.uprobe.agent.attach;

import dev.uprobe.agent.event.EventLayout;
import dev.uprobe.plan.Clause;
import dev.uprobe.plan.Condition;
import dev.uprobe.plan.Moment;
import dev.uprobe.plan.Operand;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.plan.ProbeType;
import dev.uprobe.plan.Source;
import dev.uprobe.plan.Value;
import dev.uprobe.plan.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments that a running call keeps for its return, behind its event: those that lead to
 * memory that is read then, perhaps because it could not be read at the entry.
 */
final class KeptArguments {
  private final List<Source> arguments = new ArrayList<>();
  private final int start;

  private KeptArguments(int start) {
    this.start = start;
  }

  static KeptArguments of(ProbePlan plan, EventLayout layout) {
    KeptArguments kept = new KeptArguments(layout.size());
    if (plan.type() != ProbeType.CALL) {
      return kept;
    }
    for (Value value : plan.values()) {
      kept.add(value.operand());
      if (value.operand().type() instanceof ValueType.Bytes bytes) {
        bytes.length().map(Operand::source).ifPresent(kept::add);
      }
    }
    for (Clause clause : plan.where()) {
      clause.anyOf().stream().map(Condition::left).forEach(kept::add);
    }
    return kept;
  }

  private void add(Operand operand) {
    boolean isMemory =
        operand.type().isBehindAddress() || operand.source() instanceof Source.Memory;
    if (isMemory || operand.at() == Moment.RETURN) {
      add(operand.source());
    }
  }

  private void add(Source source) {
    Source origin = origin(source);
    if (origin instanceof Source.Argument && !arguments.contains(origin)) {
      arguments.add(origin);
    }
  }

  /** Returns where the argument that a source begins with is kept, from the event; or 0. */
  int at(Source source) {
    int index = arguments.indexOf(origin(source));
    return index < 0 ? 0 : start + index * Long.BYTES;
  }

  /** Returns the bytes of an event and the arguments behind it. */
  int end() {
    return start + arguments.size() * Long.BYTES;
  }

  private static Source origin(Source source) {
    return source instanceof Source.Memory memory ? memory.from() : source;
  }
}
