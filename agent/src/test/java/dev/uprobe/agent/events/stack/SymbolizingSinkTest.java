package dev.uprobe.agent.events.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Frame;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.fixture.EventList;
import dev.uprobe.agent.fixture.ProbeYaml;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SymbolizingSinkTest {
  private static final ProbeDescriptor PROBE =
      new ProbeDescriptor(0, "trace", ProbeYaml.probe("type: Entry"));
  private static final ProbeDescriptor LARGE =
      new ProbeDescriptor(
          1, "trace", ProbeYaml.probe("args: [{name: s, type: string, size: 4096}]"));
  private static final Frame FOUND = new Frame(Optional.of("found"), 0, Optional.empty());

  private final List<Runnable> asked = new ArrayList<>();
  private final EventList written = new EventList();
  private int wakeUps;
  private final SymbolizingSink sink =
      new SymbolizingSink(written, this::symbolise, () -> wakeUps++);

  /** Answers when the test says so. */
  private CompletableFuture<List<Event>> symbolise(List<Event> events) {
    CompletableFuture<List<Event>> answer = new CompletableFuture<>();
    asked.add(
        () ->
            answer.complete(
                events.stream()
                    .map(each -> each.stack().isEmpty() ? each : each.stack(List.of(FOUND)))
                    .toList()));
    return answer;
  }

  private static Event withStack(int pid) {
    return withoutStack(pid).stack(List.of(Frame.unknown(1)));
  }

  private static Event withoutStack(int pid) {
    return new Event(PROBE, "func", 1, 0, "comm", pid, pid, 0, 0, List.of(), List.of());
  }

  private List<String> written() {
    return written.all().stream()
        .map(each -> each.pid() + (each.stack().equals(List.of(FOUND)) ? " found" : ""))
        .toList();
  }

  @Test
  void anEventWithoutAStackIsNotHeldUp() throws IOException {
    sink.write(withoutStack(1));

    assertEquals(List.of("1"), written());
  }

  @Test
  void anEventWaitsUntilItsFunctionsAreFound() throws IOException {
    sink.write(withStack(1));
    sink.flush();
    assertEquals(List.of(), written());
    assertEquals(0, wakeUps);

    asked.get(0).run();
    assertEquals(1, wakeUps);
    sink.flush();

    assertEquals(List.of("1 found"), written());
  }

  @Test
  void eventsKeepTheirOrder() throws IOException {
    sink.write(withoutStack(1));
    sink.write(withStack(2));
    sink.write(withoutStack(3));
    sink.flush();
    sink.write(withStack(4));
    sink.flush();

    asked.get(1).run();
    sink.flush();
    assertEquals(List.of("1"), written());
    asked.get(0).run();
    sink.flush();

    assertEquals(List.of("1", "2 found", "3", "4 found"), written());
  }

  @Test
  void theEndWaitsForAllThatIsUnderWay() throws Exception {
    sink.write(withStack(1));
    sink.write(withStack(2));
    Thread later =
        new Thread(
            () -> {
              while (true) {
                synchronized (asked) {
                  if (!asked.isEmpty()) {
                    asked.get(0).run();
                    return;
                  }
                }
                Thread.onSpinWait();
              }
            });
    sink.flush();
    later.start();
    sink.end();
    later.join();

    assertEquals(List.of("1 found", "2 found"), written());
  }

  @Test
  void waitingEventsTakeNoMoreThanSoMuchMemory() throws IOException {
    int batches =
        (int) SymbolizingSink.MAX_WAITING_BYTES / (SymbolizingSink.BATCH * LARGE.layout().size());
    SymbolizingSink eager =
        new SymbolizingSink(
            written,
            events -> {
              CompletableFuture<List<Event>> answer = symbolise(events);
              if (asked.size() > batches) {
                asked.get(asked.size() - 1 - batches).run();
              }
              return answer;
            },
            () -> {});
    for (int i = 0; i < SymbolizingSink.BATCH * (batches + 3); i++) {
      eager.write(
          new Event(LARGE, "func", 1, 0, "comm", i, i, 0, 0, List.of(), List.of(Frame.unknown(1))));
    }

    assertEquals(3 * SymbolizingSink.BATCH, written().size());
  }
}
