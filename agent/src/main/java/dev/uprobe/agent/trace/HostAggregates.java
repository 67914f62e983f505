package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.AttachedProbe;
import dev.uprobe.agent.event.Aggregate;
import dev.uprobe.agent.event.Origins;
import dev.uprobe.agent.kernel.KernelException;
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
  private final Notices notices;
  private final List<AggregateReader> readers = new ArrayList<>();

  HostAggregates(Consumer<List<Aggregate>> output, Notices notices) {
    this.output = output;
    this.notices = notices;
  }

  /** Follows a probe, if it aggregates, from now on. */
  void add(AttachedProbe probe, Optional<String> namespace) {
    AggregateReader.of(probe, namespace, Origins.none(), notices, System.nanoTime())
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
