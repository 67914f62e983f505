package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.ArgumentSpec;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.language.path.PathParser;
import dev.uprobe.language.plan.DeferredPlan;
import dev.uprobe.language.plan.FunctionTypes;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.text.SyntaxException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A probe that is compiled once the types of its function are known. */
record DeferredProbe(ProbeSpec spec) implements DeferredPlan {
  private static final String AUTO = "auto";

  /** Returns whether a probe needs types from the debug information. */
  static boolean isNeededFor(ProbeSpec spec) {
    return isAuto(spec) || paths(spec).anyMatch(DeferredProbe::namesFields);
  }

  private static boolean isAuto(ProbeSpec spec) {
    return spec.signature() != null && spec.signature().strip().equals(AUTO);
  }

  private static Stream<String> paths(ProbeSpec spec) {
    Stream<String> ofArguments = spec.args().stream().map(ArgumentSpec::value);
    Stream<String> ofReturn =
        Optional.ofNullable(spec.returns()).stream().map(each -> each.value());
    return Stream.concat(ofArguments, ofReturn).filter(each -> each != null);
  }

  /** A path that cannot be parsed is reported by the code that uses it. */
  private static boolean namesFields(String path) {
    try {
      return PathParser.parse(path).namesFields();
    } catch (SyntaxException e) {
      return false;
    }
  }

  @Override
  public ProbePlan with(FunctionTypes types) {
    Problems problems = Problems.none();
    ProbeSpec known = isAuto(spec) ? spec.withSignature(types.prototype()) : spec;
    return new ProbeCompiler(known, Optional.of(types), problems)
        .compile()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    problems.all().stream().map(Problem::toString).collect(Collectors.joining("; "))
                        + " (by its debug information the function is "
                        + types.prototype()
                        + ")"));
  }

  @Override
  public String instead() {
    return isAuto(spec) ? "a signature" : "offsets in bytes instead of names, such as arg1->16";
  }
}
