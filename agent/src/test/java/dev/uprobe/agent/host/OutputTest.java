package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.events.json.JsonSink;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.sinks.DroppingSink;
import dev.uprobe.agent.events.sinks.OutputQueue;
import dev.uprobe.agent.fixture.EventList;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.PipeReader;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@KernelTest
@Timeout(120)
class OutputTest {
  private static final int CALLS = 30_000;

  private static final String PROGRAM =
      RunningProgram.PROLOGUE
          + """
          TRACED void func(const char *text) { asm volatile("" :: "r"(text)); }
          int main(void) {
            static char text[251];
            memset(text, 'x', 250);
            ready();
            for (int n = 0; n < %d; n++) func(text);
            ready();
            func(text);
            ready();
          }
          """
              .formatted(CALLS);

  private static final String SPEC =
      """
      target: {host: {binary: %s}}
      probes:
      - {name: p, symbol: func, limit: {eventsPerSecond: 0}, args: [{name: text, type: string, size: 255}]}
      """;

  @Test
  void tracingGoesOnWhileNobodyReadsThePipe(@TempDir Path folder) throws Exception {
    Path file = new Toolchain(folder).gcc("calls", PROGRAM);
    try (PipeReader reader = PipeReader.start(folder.resolve("read"));
        RunningProgram program = RunningProgram.start(file)) {
      OutputQueue output = new OutputQueue(reader.pipe());
      ProbeSummary summary;
      try (EventSink sink =
              new DroppingSink(new JsonSink(output, "node", ContainerResolver.none()), output);
          TracedHost host =
              TracedHost.start(
                  BpfEnvironment.load(), SPEC.formatted(file), 8 << 20, sink, new EventList())) {
        program.proceed();
        assertEquals("", program.line());
        summary = summaryOnceNotWritten(host);
        assertEquals(new Counters(CALLS, CALLS, 0, 0, 0, 0), summary.counters());

        reader.proceed();
        output.drain();
        program.proceed();
        assertEquals("", program.line());
        host.session().finish();
        summary = host.session().summary().get(0);
      }
      assertEquals(CALLS + 1, summary.counters().events());
      assertEquals(CALLS + 1 - summary.unwritten(), reader.lines().size());
    }
  }

  private static ProbeSummary summaryOnceNotWritten(TracedHost host) throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    ProbeSummary summary = host.session().summary().get(0);
    while (summary.unwritten() == 0) {
      assertTrue(System.nanoTime() < end, "All was written to a pipe that nobody reads.");
      Thread.onSpinWait();
      summary = host.session().summary().get(0);
    }
    return summary;
  }
}
