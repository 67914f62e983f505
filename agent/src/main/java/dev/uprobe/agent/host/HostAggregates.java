package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.AggregateReader;
import dev.uprobe.agent.engine.Diagnostics;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.sys.libc.KernelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells what the kernel keeps for the probes of a session. One thread tells at intervals, and
 * another after that one has ended.
 */
final class HostAggregates {
  /** How often {@link #tellDue} sees whether the interval of an aggregation is over. */
  static final Duration LOOK = Duration.ofSeconds(1);

  private final Consumer<List<Aggregate>> output;
  private final Diagnostics notices;
  private final List<AggregateReader> readers = new ArrayList<>();

  HostAggregates(Consumer<List<Aggregate>> output, Diagnostics notices) {
    this.output = output;
    this.notices = notices;
  }

  /** Follows a probe, if it aggregates, from now on. */
  void add(AttachedProbe probe, Optional<String> namespace) {
    AggregateReader.of(probe, namespace, ContainerResolver.none(), notices, System.nanoTime())
        .ifPresent(readers::add);
  }

  boolean isEmpty() {
    return readers.isEmpty();
  }

  /** Tells of the groups that have changed, where an interval is over. */
  void tellDue() {
    long now = System.nanoTime();
    tell(each -> each.due(now));
  }

  /** Tells of all groups, once. */
  void tellLast() {
    long now = System.nanoTime();
    tell(each -> each.all(now));
    readers.clear();
  }

  private interface Reading {
    List<Aggregate> of(AggregateReader reader) throws KernelException;
  }

  private void tell(Reading reading) {
    try {
      for (AggregateReader each : readers) {
        output.accept(reading.of(each));
      }
    } catch (KernelException e) {
      notices.tell(e.getMessage());
    }
  }
}
