package dev.uprobe.operator.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.api.v1alpha1.UprobeTraceSpec;
import dev.uprobe.operator.Traces;
import dev.uprobe.operator.validation.Validation.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ValidationTest {

  @Test
  void aTraceOfPodsIsAccepted() {
    assertEquals(true, Validation.of(Traces.of(Traces.SHOP_PODS), Set.of()).isAccepted());
  }

  @Test
  void aTraceOfNodesIsAcceptedWhereItIsAllowed() {
    assertEquals(true, Validation.of(Traces.of(Traces.HOST), Set.of("shop")).isAccepted());
    assertEquals(
        new Refusal(
            "HostNotAllowed",
            "namespace shop may not trace processes of the nodes; use target.podSelector, or have"
                + " shop added to the value operator.allowedHostNamespaces of the operator's"
                + " chart, with helm upgrade and in its values:"
                + " operator: {allowedHostNamespaces: [shop]}"),
        Validation.of(Traces.of(Traces.HOST), Set.of("ops")).refusal().orElseThrow());
  }

  @Test
  void aTraceThatCannotBeMeantIsRefusedWithAllItsProblems() {
    Refusal refusal =
        Validation.of(Traces.of(new Target(null, "A", null)), Set.of()).refusal().orElseThrow();
    assertEquals("InvalidSpec", refusal.reason());
    assertEquals(true, refusal.message().startsWith("spec.target: say what to trace;"));
  }

  @Test
  void aFloatingPointArgumentIsRefusedWithTheReason() {
    ProbeSpec probe = Traces.probe("mean", "mean").withSignature("int mean(double a, int n)");
    UprobeTraceSpec spec =
        new UprobeTraceSpec(Traces.SHOP_PODS, Map.of(), false, null, 2, List.of(probe));
    assertEquals(
        new Refusal(
            "InvalidSpec",
            "spec.probes[0].signature: a cannot be shown: a double is not in an integer register, and"
                + " probes read only those; write a message without it, such as"
                + " \"{function}(n={n})\""),
        Validation.of(Traces.of(spec), Set.of()).refusal().orElseThrow());
  }
}
