package dev.uprobe.compile;

import dev.uprobe.plan.Completion;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.v1alpha1.ProbeSpec;
import java.util.stream.Collectors;

/** A probe that is compiled once the prototype of its function is known. */
record AutoSignature(ProbeSpec spec) implements Completion {
  private static final String AUTO = "auto";

  static boolean isAskedFor(ProbeSpec spec) {
    return spec.signature() != null && spec.signature().strip().equals(AUTO);
  }

  @Override
  public ProbePlan with(String prototype) {
    Problems problems = Problems.none();
    return new ProbeCompiler(spec.withSignature(prototype), problems)
        .compile()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    problems.all().stream().map(Problem::toString).collect(Collectors.joining("; "))
                        + " (by its debug information the function is "
                        + prototype
                        + ")"));
  }
}
