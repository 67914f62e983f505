package dev.uprobe.operator.status;

import dev.uprobe.api.v1alpha1.RecentEvent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The latest events of all nodes. */
final class LatestEvents {
  private static final Comparator<Timed> NEWEST_FIRST =
      Comparator.comparing(Timed::time).reversed();

  private LatestEvents() {}

  /**
   * An event whose time is read once, not at each comparison: a trace has thousands on many nodes.
   */
  private record Timed(RecentEvent event, Instant time) {
    static Timed of(RecentEvent event) {
      return new Timed(event, LatestEvents.time(event));
    }
  }

  /** Merges events and keeps the newest; an event that is in both is kept once. */
  static List<RecentEvent> merge(Stream<RecentEvent> earlier, Stream<RecentEvent> now, int limit) {
    return Stream.concat(now, earlier)
        .distinct()
        .map(Timed::of)
        .sorted(NEWEST_FIRST)
        .limit(limit)
        .map(Timed::event)
        .toList();
  }

  private static Instant time(RecentEvent event) {
    try {
      return event.time() == null ? Instant.MIN : Instant.parse(event.time());
    } catch (DateTimeException e) {
      return Instant.MIN;
    }
  }
}
