package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.fixture.EventList;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BufferTest {
  private static final int BURST = 3000;
  private static final int ROUNDS = 200;

  /** Calls func as often as its argument says, each time it gets a byte. */
  private static final String BURSTS =
      RunningProgram.PROLOGUE
          + """
          TRACED int func(int n) { return n; }
          int main(int count, char **arguments) {
            for (int burst = 1; burst < count; burst++) {
              ready();
              for (int n = 1; n <= atoi(arguments[burst]); n++) func(n);
            }
            ready();
          }
          """;

  private static final String CALLS =
      RunningProgram.PROLOGUE
          + """
          TRACED int func(int n) { return n; }
          int main(void) { char byte; puts(""); fflush(stdout); for (int n = 0; read(0, &byte, 1) == 1; n++) func(n); }
          """;

  /** Calls func with 150 times the same letter, each time it gets a byte. */
  private static final String TEXTS =
      RunningProgram.PROLOGUE
          + """
          TRACED void func(const char *text) { asm volatile("" :: "r"(text)); }
          int main(void) {
            static char text[151];
            for (int n = 0;; n++) { ready(); memset(text, 'a' + n % 26, 150); func(text); }
          }
          """;

  private static final String SPEC =
      """
      target: {host: {binary: %s}}
      probes:
      - {name: p, symbol: func, type: %s, limit: {eventsPerSecond: 0}, signature: int func(int n), where: ["n != 2"], message: "%s"}
      """;

  private final BpfEnvironment bpf;
  private Toolchain tools;

  BufferTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void start(@TempDir Path folder) {
    tools = new Toolchain(folder);
  }

  /** A sink that takes nothing until it is released. */
  private record HeldSink(EventList events, CountDownLatch release) implements EventSink {

    @Override
    public void begin() {}

    @Override
    public void write(Event event) {
      boolean interrupted = false;
      while (release.getCount() > 0) {
        try {
          release.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      events.write(event);
    }

    @Override
    public void write(Aggregate aggregate) {
      events.write(aggregate);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void eventsThatFindTheBufferFullAreCountedAndLaterOnesComeAgain() throws Exception {
    Path file = tools.gcc("bursts", BURSTS);
    for (String type : List.of("Entry", "Call")) {
      for (int size : List.of(4096, 8192)) {
        HeldSink sink = new HeldSink(new EventList(), new CountDownLatch(1));
        String spec = SPEC.formatted(file, type, "{n}");
        try (RunningProgram program =
                RunningProgram.start(file, Integer.toString(BURST), "1", "1");
            TracedHost host = TracedHost.start(bpf, spec, size, sink, sink.events())) {
          program.proceed();
          assertEquals("", program.line());
          Counters full = host.counters("p");
          assertEquals(BURST, full.hits());
          assertEquals(1, full.filtered());
          assertTrue(full.lost() > BURST / 2, full::toString);
          assertEquals(full.hits(), full.events() + full.filtered() + full.lost());

          sink.release().countDown();
          host.await((int) full.events());
          program.proceed();
          assertEquals("", program.line());
          host.await((int) full.events() + 1);
          program.proceed();
          assertEquals("", program.line());
          assertEquals(full.events() + 2, host.finish().size());
          assertEquals(
              new Counters(BURST + 2, full.events() + 2, 1, 0, full.lost(), 0), host.counters("p"));
        } finally {
          sink.release().countDown();
        }
      }
    }
  }

  /** Records of 200 bytes and more do not divide a page, so the end of the buffer splits some. */
  @Test
  void recordsThatTheBuffersEndSplitsArriveWhole() throws Exception {
    Path file = tools.gcc("texts", TEXTS);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: p, symbol: func, message: "{text}", args: [{name: text, type: string, size: 200}]}
        """
            .formatted(file);
    EventList events = new EventList();
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec, 4096, events, events)) {
      for (int round = 1; round <= ROUNDS; round++) {
        program.proceed();
        assertEquals("", program.line());
        List<String> messages = host.await(round);
        String letter = Character.toString('a' + (round - 1) % 26);
        assertEquals(letter.repeat(150), messages.get(round - 1));
      }
    }
  }

  @Test
  void aReaderThatSleepsIsWokenByASingleEvent() throws Exception {
    Path file = tools.gcc("calls", CALLS);
    for (String type : List.of("Entry", "Call")) {
      try (RunningProgram program = RunningProgram.start(file);
          TracedHost host =
              TracedHost.start(
                  bpf, SPEC.replace("n != 2", "n >= 0").formatted(file, type, "{n}"))) {
        for (int round = 0; round < ROUNDS / 2; round++) {
          // A quiet time of 15 to 35 ms, in which the reader gives up its naps and falls asleep.
          LockSupport.parkNanos(15_000_000L + round * 200_000L);
          long start = System.nanoTime();
          program.proceed();
          host.events().await(round + 1);
          long nanos = System.nanoTime() - start;
          assertTrue(nanos < 800_000_000L, "event " + round + " took " + nanos + " ns");
        }
      }
    }
  }
}
