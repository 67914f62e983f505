package dev.uprobe.agent.node;

import dev.uprobe.agent.event.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/** The latest events of an attachment. One thread adds, another reads. */
final class RecentEvents {
  private final int limit;
  private final Deque<Event> events = new ArrayDeque<>();

  RecentEvents(int limit) {
    this.limit = limit;
  }

  synchronized void add(Event event) {
    if (limit == 0) {
      return;
    }
    if (events.size() == limit) {
      events.removeFirst();
    }
    events.addLast(event);
  }

  /** Returns them, newest first. */
  synchronized List<Event> newestFirst() {
    List<Event> copy = new ArrayList<>(events);
    Collections.reverse(copy);
    return copy;
  }
}
