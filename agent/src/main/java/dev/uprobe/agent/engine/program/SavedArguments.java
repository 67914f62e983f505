package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.api.v1alpha1.CapturePoint;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments that a running call keeps for its return, behind its event: those that lead to
 * memory that is read then, perhaps because it could not be read at the entry.
 */
final class SavedArguments {
  private final List<Source> arguments = new ArrayList<>();
  private final int start;

  private SavedArguments(int start) {
    this.start = start;
  }

  static SavedArguments of(ProbePlan plan, EventLayout layout) {
    SavedArguments kept = new SavedArguments(layout.size());
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
    if (isMemory || operand.at() == CapturePoint.RETURN) {
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
