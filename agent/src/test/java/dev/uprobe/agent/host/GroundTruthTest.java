package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.text.MessageRenderer;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is reported of many calls is what the program itself says of them. */
@KernelTest
class GroundTruthTest {
  private static final int CALLS = 100_000;

  /**
   * Each thread makes 12,500 calls, some of which call themselves up to four deep. A call notes its
   * arguments and its result when it returns, which is the order of the events of its thread.
   */
  private static final String PROGRAM =
      RunningProgram.PROLOGUE
          + """
          #define CALLS 12500
          struct call { uint64_t in; int32_t number; uint8_t depth; char label[24]; int64_t out; };
          static struct call calls[8][CALLS];
          static __thread int count, numbers;
          static __thread uint64_t thread;
          TRACED int64_t mix(const char *label, uint64_t in, int32_t number, uint8_t depth) {
            int64_t out = -(int64_t)(in * 0x9e3779b97f4a7c15u) + number;
            if (depth > 0) {
              char next[24];
              int mine = ++numbers;
              snprintf(next, sizeof next, "t%lu call %d", thread, mine);
              out ^= mix(next, in + out, -mine, depth - 1);
            }
            struct call *call = &calls[thread][count++];
            *call = (struct call){in, number, depth, "", out};
            strcpy(call->label, label);
            return out;
          }
          static void *work(void *number) {
            thread = (uintptr_t)number;
            while (numbers < CALLS) {
              char label[24];
              int mine = ++numbers, left = CALLS - mine;
              snprintf(label, sizeof label, "t%lu call %d", thread, mine);
              mix(label, thread << 48 | mine, -mine, left < mine % 5 ? left : mine % 5);
            }
            return NULL;
          }
          int main(void) {
            pthread_t threads[8];
            ready();
            for (uintptr_t i = 0; i < 8; i++) pthread_create(&threads[i], NULL, work, (void *)i);
            for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
            for (int t = 0; t < 8; t++)
              for (int i = 0; i < CALLS; i++) {
                struct call *c = &calls[t][i];
                printf("%s: mix(%lu, %d, %d) = %ld\\n", c->label, c->in, c->number, c->depth, c->out);
              }
          }
          """;

  @Test
  void everyOfAHundredThousandCallsIsReportedAsItWas(@TempDir Path folder) throws Exception {
    Path file = new Toolchain(folder).gcc("program", PROGRAM, "-O2", "-pthread");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - name: mix
          symbol: mix
          type: Call
          limit: {eventsPerSecond: 0}
          signature: int64_t mix(const char *label, uint64_t in, int32_t number, uint8_t depth)
          message: "{label}: mix({in}, {number}, {depth}) = {return}"
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(BpfEnvironment.load(), spec)) {
      List<String> truth = program.finish();
      host.finish();
      assertEquals(CALLS, truth.size());
      assertEquals(new Counters(CALLS, CALLS, 0, 0, 0, 0), host.counters("mix"));
      assertEquals(byThread(truth), byThread(host.events().all()));
      for (Event each : host.events().all()) {
        assertTrue(each.durationNanos() > 0, each::toString);
      }
    }
  }

  /** The program looks at the clock around each call, and at the begin and the end within it. */
  @Test
  void durationsAreThoseOfTheProgramsOwnClock(@TempDir Path folder) throws Exception {
    Path file =
        new Toolchain(folder)
            .gcc(
                "program",
                RunningProgram.PROLOGUE
                    + """
                    #include <time.h>
                    static uint64_t now(void) {
                      struct timespec t;
                      clock_gettime(CLOCK_MONOTONIC, &t);
                      return t.tv_sec * 1000000000ull + t.tv_nsec;
                    }
                    TRACED uint64_t spin(int rounds) {
                      uint64_t begin = now();
                      for (volatile int i = 0; i < rounds; i++);
                      return now() - begin;
                    }
                    int main(void) {
                      ready();
                      for (int i = 0; i < 2000; i++) {
                        uint64_t begin = now(), within = spin(10 * i), around = now() - begin;
                        printf("%lu %lu\\n", within, around);
                      }
                    }
                    """,
                "-O2");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: spin, symbol: spin, type: Call, limit: {eventsPerSecond: 0}, signature: uint64_t spin(int rounds)}
        """
            .formatted(file);
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(BpfEnvironment.load(), spec)) {
      List<String> truth = program.finish();
      host.finish();
      List<Event> events = host.events().all();
      assertEquals(truth.size(), events.size());
      for (int i = 0; i < events.size(); i++) {
        String[] times = truth.get(i).split(" ");
        long duration = events.get(i).durationNanos();
        assertTrue(
            Long.parseLong(times[0]) <= duration && duration <= Long.parseLong(times[1]),
            truth.get(i) + ": " + events.get(i));
      }
    }
  }

  private static Map<String, List<String>> byThread(List<?> calls) {
    Map<String, List<String>> threads = new HashMap<>();
    for (Object each : calls) {
      String text = each instanceof Event event ? MessageRenderer.render(event) : each.toString();
      threads
          .computeIfAbsent(text.substring(0, text.indexOf(' ')), name -> new ArrayList<>())
          .add(text);
    }
    return threads;
  }
}
