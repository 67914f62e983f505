package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.Value;
import java.util.List;
import java.util.regex.Pattern;

/** Warnings about traces that compile but may not do what the user meant. */
final class Advice {
  private static final Pattern RETURN = Pattern.compile("\\breturn\\b");
  private static final Pattern SHOWN = Pattern.compile("\\{\\s*" + Value.RETURN + "\\s*}");

  private Advice() {}

  /** Returns one sentence for each probe that needs a warning. */
  static List<String> of(List<ProbeSpec> probes) {
    return probes.stream()
        .filter(Advice::usesUntypedReturn)
        .map(
            probe ->
                "Probe "
                    + probe.name()
                    + ": the return value is read as a 64-bit number, because nothing says what the"
                    + " function returns; a negative int then reads as 4294967289. Write returns:"
                    + " {type: i32} for a function that returns int, or a signature (auto takes it"
                    + " from debug information).")
        .toList();
  }

  private static boolean usesUntypedReturn(ProbeSpec probe) {
    boolean returns = probe.type() == ProbeType.RETURN || probe.type() == ProbeType.CALL;
    return returns
        && ReturnCompiler.isUntyped(probe)
        && (isShown(probe) || probe.where().stream().anyMatch(RETURN.asPredicate()));
  }

  private static boolean isShown(ProbeSpec probe) {
    return probe.aggregate() == null
        && (probe.message() == null || SHOWN.matcher(probe.message()).find());
  }
}
