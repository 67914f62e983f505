package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.events.model.EventLayout;
import dev.uprobe.api.v1alpha1.CapturePoint;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.ValueType;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes numbers, and where a program finds them, into a probe's config: struct operand. */
final class ConfigOperands {
  private static final int MAX_STEPS = Structs.Operand.OFFSETS_COUNT;

  private final ByteBuffer config;
  private final boolean isReturnProbe;
  private final SavedArguments kept;

  ConfigOperands(ByteBuffer config, ProbePlan plan, EventLayout layout) {
    this.config = config;
    this.isReturnProbe = plan.type() == ProbeType.RETURN;
    this.kept = SavedArguments.of(plan, layout);
  }

  /**
   * Writes an operand.
   *
   * @param at where struct operand begins in the config
   */
  void write(int at, Operand operand) {
    Source source = operand.source();
    List<Integer> offsets = List.of();
    if (operand.source() instanceof Source.Memory memory) {
      source = memory.from();
      offsets = memory.offsets();
      Structs.Operand.plus(config, at, memory.plus());
    }
    if (offsets.size() > MAX_STEPS) {
      throw new IllegalArgumentException("A path has " + MAX_STEPS + " steps at the most.");
    }
    Structs.Operand.source(config, at, source(source));
    Structs.Operand.index(config, at, index(source));
    Structs.Operand.bytes(config, at, bytes(operand.type()));
    Structs.Operand.isSigned(config, at, isSigned(operand.type()) ? 1 : 0);
    // What a Return probe reads is read at the return, whatever it is.
    boolean atReturn = operand.at() == CapturePoint.RETURN || isReturnProbe;
    Structs.Operand.atReturn(config, at, atReturn ? 1 : 0);
    Structs.Operand.kept(config, at, kept.at(source));
    Structs.Operand.steps(config, at, offsets.size());
    for (int i = 0; i < offsets.size(); i++) {
      Structs.Operand.offsets(config, at, i, offsets.get(i));
    }
  }

  private static int bytes(ValueType type) {
    boolean isNumber = type instanceof ValueType.Whole || type instanceof ValueType.Real;
    boolean isByte = type instanceof ValueType.Bool || type instanceof ValueType.Char;
    return isNumber || isByte ? type.size() : Long.BYTES;
  }

  private static boolean isSigned(ValueType type) {
    return type instanceof ValueType.Whole whole && whole.signed();
  }

  private static int index(Source source) {
    if (source instanceof Source.ReturnValue value) {
      return value.index();
    }
    return source instanceof Source.Argument argument ? argument.index() : 0;
  }

  private static int source(Source source) {
    if (source instanceof Source.Argument) {
      return Constants.SOURCE_ARGUMENT;
    }
    if (source instanceof Source.ReturnValue) {
      return Constants.SOURCE_RETURN_VALUE;
    }
    if (source instanceof Source.Duration) {
      return Constants.SOURCE_DURATION;
    }
    if (source instanceof Source.Comm) {
      return Constants.SOURCE_COMM;
    }
    return source instanceof Source.ProcessId
        ? Constants.SOURCE_PROCESS_ID
        : Constants.SOURCE_THREAD_ID;
  }
}
