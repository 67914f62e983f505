package dev.uprobe.operator;

import dev.uprobe.api.v1alpha1.HostTarget;
import dev.uprobe.api.v1alpha1.LabelSelector;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.api.v1alpha1.UprobeTraceSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;

/** Traces for tests. */
public final class Traces {
  public static final Target SHOP_PODS =
      new Target(new LabelSelector(Map.of("app", "shop"), List.of()), null, null);
  public static final Target HOST = new Target(null, null, new HostTarget(null, null, null));

  private Traces() {}

  /** Returns a trace named checkout, of generation 3. */
  public static UprobeTrace of(Target target) {
    return of(spec(target, Map.of(), false, null));
  }

  /** Returns a trace named checkout, of generation 3. */
  public static UprobeTrace of(UprobeTraceSpec spec) {
    UprobeTrace trace = new UprobeTrace();
    trace.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName("checkout")
            .withUid("trace-uid")
            .withGeneration(3L)
            .build());
    trace.setSpec(spec);
    return trace;
  }

  public static UprobeTraceSpec spec(
      Target target, Map<String, String> nodeSelector, boolean suspend, Integer deadline) {
    return new UprobeTraceSpec(
        target, nodeSelector, suspend, deadline, 2, List.of(probe("charge", "charge_card")));
  }

  /** A probe at the entry of a function. */
  public static ProbeSpec probe(String name, String symbol) {
    return new ProbeSpec(
        name,
        null,
        symbol,
        null,
        null,
        null,
        null,
        ProbeType.ENTRY,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
