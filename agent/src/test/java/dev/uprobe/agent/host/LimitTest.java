package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many events a probe sends, decided by the kernel. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitTest {
  private static final int CALLS = 3000;
  private static final long SECOND = 1_000_000_000;

  private final BpfEnvironment bpf;
  private Path flood;
  private Path threads;

  LimitTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    Toolchain tools = new Toolchain(folder);
    flood =
        tools.gcc(
            "flood",
            RunningProgram.PROLOGUE
                + "TRACED int step(int n) { return n % 3; }"
                + "int main(void) { ready(); for (int n = 0; n < %d; n++) step(n); }"
                    .formatted(CALLS));
    threads =
        tools.gcc(
            "threads",
            RunningProgram.PROLOGUE
                + """
                TRACED int step(int n) { return n; }
                static void *work(void *unused) { for (int n = 0; n < %d; n++) step(n); return NULL; }
                int main(void) {
                  pthread_t threads[4];
                  ready();
                  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, NULL);
                  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
                }
                """
                    .formatted(CALLS),
            "-pthread");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Return", "Call"})
  void eventsArriveAtTheRateOfTheLimitAfterWhatOneSecondGives(String type) throws Exception {
    try (RunningProgram program = RunningProgram.start(flood);
        TracedHost host = start(flood, type, "limit: {eventsPerSecond: 100}")) {
      long before = System.nanoTime();
      program.finish();
      long took = System.nanoTime() - before;
      host.finish();
      Counters counters = host.counters("step");
      assertEquals(CALLS, counters.hits());
      assertEquals(CALLS, counters.events() + counters.limited());
      assertEquals(0, counters.filtered() + counters.lost() + counters.missed());
      assertEquals(counters.events(), host.events().all().size());
      assertTrue(counters.events() >= 100, counters::toString);
      assertTrue(counters.events() <= 101 + 100 * took / SECOND, counters + " in " + took);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Call"})
  void noRateIsExceededByThreadsOnManyCpus(String type) throws Exception {
    try (RunningProgram program = RunningProgram.start(threads);
        TracedHost host = start(threads, type, "limit: {eventsPerSecond: 200}")) {
      long before = System.nanoTime();
      program.finish();
      long took = System.nanoTime() - before;
      host.finish();
      Counters counters = host.counters("step");
      int cpus = Runtime.getRuntime().availableProcessors();
      assertEquals(4 * CALLS, counters.hits());
      assertEquals(4 * CALLS, counters.events() + counters.limited());
      assertTrue(counters.events() >= 200 - cpus, counters::toString);
      // CPUs that find the bucket idle at once may each have an event more.
      assertTrue(counters.events() <= 200 + cpus + 200 * took / SECOND, counters + " in " + took);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Return", "Call"})
  void thereAreAThousandEventsASecondWhereNothingIsSaid(String type) throws Exception {
    try (RunningProgram program = RunningProgram.start(flood);
        TracedHost host = start(flood, type, "")) {
      program.finish();
      host.finish();
      Counters counters = host.counters("step");
      assertTrue(counters.events() >= 1000 && counters.limited() > 0, counters::toString);
      assertEquals(CALLS, counters.events() + counters.limited());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Return", "Call"})
  void aLimitOfZeroIsNone(String type) throws Exception {
    try (RunningProgram program = RunningProgram.start(flood);
        TracedHost host = start(flood, type, "limit: {eventsPerSecond: 0}")) {
      program.finish();
      assertEquals(CALLS, host.finish().size());
      assertEquals(new Counters(CALLS, CALLS, 0, 0, 0, 0), host.counters("step"));
    }
  }

  @Test
  void aSampleIsEverySoManiethOfTheCallsThatHold() throws Exception {
    String sample = "limit: {eventsPerSecond: 0, sampleEvery: 100}";
    try (RunningProgram program = RunningProgram.start(flood);
        TracedHost host = start(flood, "Entry", sample)) {
      program.finish();
      assertEquals(every(100, 0), host.finish());
      assertEquals(new Counters(CALLS, 30, 0, 2970, 0, 0), host.counters("step"));
    }
    try (RunningProgram program = RunningProgram.start(flood);
        TracedHost host = start(flood, "Call", sample)) {
      program.finish();
      assertEquals(every(100, 0), host.finish());
      assertEquals(new Counters(CALLS, 30, 0, 2970, 0, 0), host.counters("step"));
    }
    try (RunningProgram program = RunningProgram.start(flood);
        TracedHost host = start(flood, "Call", sample + "\n  where: [\"n >= 1000\"]")) {
      program.finish();
      assertEquals(every(100, 1000), host.finish());
      assertEquals(new Counters(CALLS, 20, 1000, 1980, 0, 0), host.counters("step"));
    }
    try (RunningProgram program = RunningProgram.start(flood);
        TracedHost host = start(flood, "Call", sample + "\n  where: [return == 0]")) {
      program.finish();
      // Every third call returns 0.
      assertEquals(every(300, 0), host.finish());
      assertEquals(new Counters(CALLS, 10, 2000, 990, 0, 0), host.counters("step"));
    }
  }

  @Test
  void aSampledCallIsPairedWithItsOwnReturn() throws Exception {
    try (RunningProgram program = RunningProgram.start(threads);
        TracedHost host = start(threads, "Call", "limit: {eventsPerSecond: 0, sampleEvery: 7}")) {
      program.finish();
      host.finish();
      for (Event each : host.events().all()) {
        assertEquals(each.values().get(0), each.values().get(1), each::toString);
      }
      Counters counters = host.counters("step");
      assertEquals(4 * CALLS, counters.events() + counters.limited());
      // The first of every seven, on however many CPUs they run.
      assertEquals((4 * CALLS + 6) / 7, counters.events());
    }
  }

  private static List<String> every(int step, int from) {
    return IntStream.range(0, CALLS)
        .filter(n -> n >= from && n % step == 0)
        .mapToObj(Integer::toString)
        .toList();
  }

  private TracedHost start(Path file, String type, String limit) throws TraceException {
    String message = type.equals("Return") ? "{return}" : "{n}";
    return TracedHost.start(
        bpf,
        """
        target: {host: {binary: %s}}
        probes:
        - name: step
          symbol: step
          type: %s
          signature: int step(int n)
          message: "%s"
          %s
        """
            .formatted(file, type, message, limit));
  }
}
