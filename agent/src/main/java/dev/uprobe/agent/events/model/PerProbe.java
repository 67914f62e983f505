package dev.uprobe.agent.events.model;

import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

/**
 * What the decoder or a sink prepares once for each probe. Used by one thread.
 *
 * <p>What was prepared goes with its probe. It must not refer to the {@link ProbeDescriptor}, which
 * it would keep.
 */
public final class PerProbe<T> {
  private final Function<ProbeDescriptor, T> prepare;
  private final Map<ProbeDescriptor, T> prepared = new WeakHashMap<>();

  /** The latest probe, which the next event mostly shares. */
  private ProbeDescriptor latest;

  private T latestPrepared;

  /** Creates one that prepares for a probe when its first event comes. */
  public PerProbe(Function<ProbeDescriptor, T> prepare) {
    this.prepare = prepare;
  }

  /** Returns what is prepared for a probe. */
  public T of(ProbeDescriptor probe) {
    if (probe != latest) {
      latestPrepared = prepared.computeIfAbsent(probe, prepare);
      latest = probe;
    }
    return latestPrepared;
  }
}
