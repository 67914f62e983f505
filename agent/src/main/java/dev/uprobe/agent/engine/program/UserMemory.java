package dev.uprobe.agent.engine.program;

import dev.uprobe.language.plan.Convention;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import java.util.stream.Stream;

/** Whether the programs of a probe read the memory of the traced program. */
final class UserMemory {
  /** Of C on x86-64 (System V ABI, AMD64 supplement, 3.2.3); arm64 has two more. */
  private static final int REGISTER_ARGUMENTS = 6;

  private UserMemory() {}

  static boolean isReadBy(ProbePlan plan) {
    return plan.convention() != Convention.C || operands(plan).anyMatch(UserMemory::isInMemory);
  }

  private static Stream<Operand> operands(ProbePlan plan) {
    return Stream.concat(
        plan.values().stream().map(Value::operand),
        plan.where().stream()
            .flatMap(clause -> clause.anyOf().stream())
            .map(condition -> condition.left()));
  }

  private static boolean isInMemory(Operand operand) {
    return operand.type().isBehindAddress()
        || operand.source() instanceof Source.Memory
        || operand.source() instanceof Source.Argument argument
            && argument.index() > REGISTER_ARGUMENTS;
  }
}
