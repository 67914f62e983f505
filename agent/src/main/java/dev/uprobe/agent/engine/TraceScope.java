package dev.uprobe.agent.engine;

import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.language.plan.HostFilter;
import java.util.function.Supplier;

/** Which processes a trace is about. */
public sealed interface TraceScope {

  /** Processes of the host, in containers or not. */
  record Host(HostFilter filter) implements TraceScope {}

  /**
   * Containers of pods.
   *
   * @param selection which pods, as of now
   */
  record Pods(Supplier<PodSelection> selection) implements TraceScope {}

  /**
   * The pods of a namespace that a target selects.
   *
   * @param target with a selector of pods
   */
  record PodSelection(String namespace, Target target) {}
}
