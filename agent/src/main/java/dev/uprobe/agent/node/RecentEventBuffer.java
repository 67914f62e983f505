package dev.uprobe.agent.node;

import dev.uprobe.api.v1alpha1.RecentEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/** The latest events of an attachment. One thread adds, another reads. */
public final class RecentEventBuffer {
  private final Deque<Supplier<RecentEvent>> newestFirst = new ArrayDeque<>();
  private int limit;

  /**
   * Starts with events that were reported before.
   *
   * @param limit the most events that are kept; 0 for none
   */
  public RecentEventBuffer(int limit, List<RecentEvent> earlierNewestFirst) {
    earlierNewestFirst.forEach(each -> newestFirst.addLast(() -> each));
    limit(limit);
  }

  /** Changes how many events are kept at the most; what is above that is forgotten. */
  public synchronized void limit(int most) {
    limit = most;
    while (newestFirst.size() > limit) {
      newestFirst.removeLast();
    }
  }

  /** Adds an event, which is only put into words if it is read. */
  synchronized void add(Supplier<RecentEvent> event) {
    newestFirst.addFirst(event);
    limit(limit);
  }

  /** Returns them, newest first. */
  public List<RecentEvent> newestFirst() {
    List<Supplier<RecentEvent>> copy;
    synchronized (this) {
      copy = new ArrayList<>(newestFirst);
    }
    return copy.stream().map(Supplier::get).toList();
  }
}
