package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.program.AggregationMap;
import dev.uprobe.agent.events.decode.AggregationEntry;
import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.ContainerRef;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.Label;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.language.plan.Aggregation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads what the kernel keeps for a probe when it is time to tell of it. Used by one thread. */
public final class AggregateReader {
  /** As in bpftrace: what matters most is next to the prompt. */
  private static final Comparator<AggregationEntry> MOST_CALLS_LAST =
      Comparator.<AggregationEntry>comparingLong(each -> each.kept().count())
          .thenComparing(AggregationEntry::key);

  private final AttachedProbe probe;
  private final Optional<String> namespace;
  private final ContainerResolver origins;
  private final Diagnostics diagnostics;

  /** How many calls each group had when it was told of. */
  private final Map<ByteBuffer, Long> told = new HashMap<>();

  private long toldAt;
  private boolean isFullTold;

  private AggregateReader(
      AttachedProbe probe,
      Optional<String> namespace,
      ContainerResolver origins,
      Diagnostics diagnostics,
      long now) {
    this.probe = probe;
    this.namespace = namespace;
    this.origins = origins;
    this.diagnostics = diagnostics;
    this.toldAt = now;
  }

  /**
   * Returns the reader of a probe; empty for one that sends events.
   *
   * @param namespace of the trace, where it has one
   * @param now by the clock of {@link System#nanoTime}, from which intervals are counted
   */
  public static Optional<AggregateReader> of(
      AttachedProbe probe,
      Optional<String> namespace,
      ContainerResolver origins,
      Diagnostics diagnostics,
      long now) {
    boolean sendsEvents = probe.isLoaded() && probe.groups().isEmpty();
    return sendsEvents
        ? Optional.empty()
        : Optional.of(new AggregateReader(probe, namespace, origins, diagnostics, now));
  }

  /** Returns the groups that have changed, once an interval; otherwise none. */
  public List<Aggregate> due(long now) throws KernelException {
    Optional<AggregationMap> groups = probe.groups();
    if (groups.isEmpty() || now - toldAt < aggregation().interval().toNanos()) {
      return List.of();
    }
    toldAt = now;
    List<AggregationEntry> changed =
        groups.get().read().stream()
            .filter(each -> each.kept().count() != told.getOrDefault(each.key(), 0L))
            .toList();
    changed.forEach(each -> told.put(each.key(), each.kept().count()));
    tellIfFull(groups.get());
    return aggregates(changed, now);
  }

  /** Returns all groups. */
  public List<Aggregate> all(long now) throws KernelException {
    Optional<AggregationMap> groups = probe.groups();
    if (groups.isEmpty()) {
      return List.of();
    }
    tellIfFull(groups.get());
    return aggregates(groups.get().read(), now);
  }

  private void tellIfFull(AggregationMap groups) throws KernelException {
    if (!isFullTold && groups.maxGroups() > 1 && probe.counters().lost() > 0) {
      isFullTold = true;
      diagnostics.warn(
          "Probe "
              + probe.probe().plan().name()
              + ": calls are lost, because there is room for only "
              + groups.maxGroups()
              + " groups, or a number could not be read; group by something with fewer values.");
    }
  }

  private List<Aggregate> aggregates(List<AggregationEntry> some, long now) {
    return some.stream().sorted(MOST_CALLS_LAST).map(each -> aggregate(each, now)).toList();
  }

  private Aggregate aggregate(AggregationEntry group, long now) {
    Optional<ContainerRef> origin =
        group.mountNamespace().isPresent()
            ? origins.of(group.mountNamespace().getAsInt())
            : Optional.empty();
    List<Label> labels =
        origin.isEmpty() ? group.labels() : named(group.labels(), origin.get(), aggregation());
    return new Aggregate(probe.probe(), namespace, now, labels, origin, group.kept());
  }

  private Aggregation aggregation() {
    return probe.probe().plan().aggregation().orElseThrow();
  }

  private static List<Label> named(
      List<Label> labels, ContainerRef origin, Aggregation aggregation) {
    return IntStream.range(0, labels.size())
        .mapToObj(
            i ->
                aggregation.by().get(i) instanceof Aggregation.Key.Container
                    ? new Label(labels.get(i).name(), text(origin))
                    : labels.get(i))
        .toList();
  }

  private static CapturedValue text(ContainerRef origin) {
    String name = origin.namespace() + "/" + origin.pod() + "/" + origin.container();
    return new CapturedValue.Text(name.getBytes(StandardCharsets.UTF_8), false);
  }
}
