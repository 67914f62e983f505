package dev.uprobe.operator.status;

import dev.uprobe.api.v1alpha1.EventCounts;
import java.util.function.ToLongFunction;

/**
 * The counts of a trace, which never decrease.
 *
 * <p>Counts that a trace has reported and that its attachments no longer cover are carried over: a
 * node may no longer run matching pods, or its counts may have restarted.
 *
 * @param events all events of the trace
 * @param carriedOver the part of them that no existing attachment has
 */
record TraceCounts(EventCounts events, EventCounts carriedOver) {

  /**
   * Returns updated counts.
   *
   * @param live the sum over the existing attachments
   */
  static TraceCounts of(
      EventCounts previousEvents, EventCounts previousCarriedOver, EventCounts live) {
    EventCounts carried =
        each(
            previousEvents,
            live,
            previousCarriedOver,
            (was, now, kept) -> Math.max(kept, was - now));
    return new TraceCounts(sum(carried, live), carried);
  }

  static EventCounts sum(EventCounts a, EventCounts b) {
    return each(a, b, EventCounts.NONE, (x, y, none) -> x + y);
  }

  private interface Operation {
    long apply(long a, long b, long c);
  }

  private static EventCounts each(
      EventCounts a, EventCounts b, EventCounts c, Operation operation) {
    return new EventCounts(
        each(a, b, c, EventCounts::total, operation),
        each(a, b, c, EventCounts::lost, operation),
        each(a, b, c, EventCounts::limited, operation),
        each(a, b, c, EventCounts::filtered, operation));
  }

  private static long each(
      EventCounts a,
      EventCounts b,
      EventCounts c,
      ToLongFunction<EventCounts> field,
      Operation operation) {
    return operation.apply(field.applyAsLong(a), field.applyAsLong(b), field.applyAsLong(c));
  }
}
