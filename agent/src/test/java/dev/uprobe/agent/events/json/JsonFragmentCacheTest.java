package dev.uprobe.agent.events.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Events;
import dev.uprobe.agent.events.model.PerProbe;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonFragmentCacheTest {
  private final JsonFragmentCache known =
      new JsonFragmentCache("node-1", new PerProbe<>(ProbeJson::new));

  /** More threads than are kept, each seen twice, between threads that share its place. */
  @Test
  void eachThreadIsNamedHoweverManyThereAre() {
    for (int round = 0; round < 2; round++) {
      for (int tid = 1; tid <= 200; tid++) {
        assertEquals(
            ",\"comm\":\"shop-%d\",\"pid\":7,\"tid\":%d".formatted(tid % 3, tid),
            text(known.caller(of("shop-" + tid % 3, 7, tid))));
      }
    }
  }

  @Test
  void aThreadThatIsCalledAnotherNameOrIsOfAnotherProcessIsNamedAnew() {
    for (String comm : List.of("shop", "cart", "shop")) {
      for (int pid : List.of(7, 8)) {
        assertEquals(
            ",\"comm\":\"%s\",\"pid\":%d,\"tid\":9".formatted(comm, pid),
            text(known.caller(of(comm, pid, 9))));
      }
    }
  }

  /** "Aa" and "BB" have the same hash code, and so the same place. */
  @Test
  void eachFunctionIsNamedByItself() {
    for (String function : List.of("Aa", "BB", "Aa")) {
      Event event = Events.of("type: Entry", function, "shop");
      assertEquals(
          ",\"trace\":\"trace\",\"probe\":\"probe\",\"type\":\"Entry\",\"function\":\"%s\",\"node\":\"node-1\""
              .formatted(function),
          text(known.head(event)));
      assertEquals(function, text(known.function(event)));
    }
  }

  @Test
  void aFunctionsNameInAMessageIsEscapedTwice() {
    Event event = Events.of("type: Entry", "a\n\"b", "shop");
    assertEquals("a\\\\n\\\"b", text(known.function(event)));
  }

  private static Event of(String comm, int pid, int tid) {
    Event event = Events.of("type: Entry");
    return new Event(
        event.probe(),
        event.function(),
        event.timeNanos(),
        event.durationNanos(),
        comm,
        pid,
        tid,
        event.cpu(),
        event.mountNamespace(),
        event.values(),
        event.stack());
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.US_ASCII);
  }
}
