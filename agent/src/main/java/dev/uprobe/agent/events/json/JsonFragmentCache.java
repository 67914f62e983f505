package dev.uprobe.agent.events.json;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.PerProbe;
import dev.uprobe.agent.events.model.Printable;
import dev.uprobe.agent.events.model.ProbeDescriptor;

/**
 * JSON that many events share, kept from one to the next: most are of few functions and threads.
 *
 * <p>A fixed number of pieces is kept; a new one takes the place of another.
 */
final class JsonFragmentCache {
  /** A power of two. */
  private static final int KEPT = 64;

  private final PerProbe<ProbeJson> probes;
  private final byte[] node;
  private final Head[] heads = new Head[KEPT];
  private final Caller[] callers = new Caller[KEPT];

  JsonFragmentCache(String node, PerProbe<ProbeJson> probes) {
    this.probes = probes;
    this.node = new JsonLine().raw(JsonLine.ascii(",\"node\":")).string(node).copy();
  }

  private record Head(ProbeDescriptor probe, String function, byte[] json, byte[] shown) {}

  private record Caller(String comm, int pid, int tid, byte[] json) {}

  /** What names an event's probe, function and node. */
  byte[] head(Event event) {
    return headOf(event).json();
  }

  /** The function's name as messages show it, a part of a string. */
  byte[] function(Event event) {
    return headOf(event).shown();
  }

  private Head headOf(Event event) {
    int place = event.function().hashCode() + event.probe().number() & KEPT - 1;
    Head head = heads[place];
    if (head == null
        || head.probe() != event.probe()
        || !head.function().equals(event.function())) {
      JsonLine json = new JsonLine().raw(probes.of(event.probe()).head()).string(event.function());
      byte[] shown = new JsonLine().text(Printable.of(event.function())).copy();
      head = new Head(event.probe(), event.function(), json.raw(node).copy(), shown);
      heads[place] = head;
    }
    return head;
  }

  /** What names the thread that an event comes from. */
  byte[] caller(Event event) {
    int place = event.tid() & KEPT - 1;
    Caller caller = callers[place];
    if (caller == null
        || caller.tid() != event.tid()
        || caller.pid() != event.pid()
        || !caller.comm().equals(event.comm())) {
      JsonLine json = new JsonLine().raw(JsonLine.ascii(",\"comm\":")).string(event.comm());
      json.raw(JsonLine.ascii(",\"pid\":")).number(event.pid());
      json.raw(JsonLine.ascii(",\"tid\":")).number(event.tid());
      caller = new Caller(event.comm(), event.pid(), event.tid(), json.copy());
      callers[place] = caller;
    }
    return caller.json();
  }
}
