package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.uprobe.agent.event.Event;
import dev.uprobe.agent.event.EventSink;
import dev.uprobe.agent.event.JsonSink;
import dev.uprobe.agent.event.LossySink;
import dev.uprobe.agent.event.Origins;
import dev.uprobe.agent.event.OutputQueue;
import dev.uprobe.agent.event.TracedProbe;
import dev.uprobe.agent.event.WallClock;
import dev.uprobe.agent.fixture.PipeReader;
import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.v1alpha1.RecentEvent;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecordingSinkTest {

  @Test
  void theLatestEventsAreKeptWhileNobodyReadsTheLog(@TempDir Path folder) throws Exception {
    TracedProbe probe = new TracedProbe(1, "trace", ProbeYaml.probe("message: '{comm}'"));
    RecentEvents recent = new RecentEvents(1, List.of());
    try (PipeReader reader = PipeReader.start(folder.resolve("read"))) {
      OutputQueue output = new OutputQueue(reader.pipe());
      EventSink log = new LossySink(new JsonSink(output, "node", Origins.none()), output);
      RecordingSink sink = new RecordingSink(log, Origins.none(), new WallClock());
      sink.record(1, recent);
      while (!output.isFull()) {
        sink.write(event(probe, "early"));
      }

      sink.write(event(probe, "late"));

      assertEquals(1, probe.unwritten());
      assertEquals(
          List.of("late"), recent.newestFirst().stream().map(RecentEvent::message).toList());
    }
  }

  @Test
  void theLogAndTheLatestEventsHaveOneTimeForAnEvent() throws Exception {
    for (int i = 0; i < 20; i++) {
      TracedProbe probe = new TracedProbe(1, "trace", ProbeYaml.probe("message: '{comm}'"));
      RecentEvents recent = new RecentEvents(1, List.of());
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      WallClock clock = new WallClock();
      try (JsonSink json = new JsonSink(log, "node", Origins.none(), clock)) {
        RecordingSink sink = new RecordingSink(json, Origins.none(), clock);
        sink.record(1, recent);
        sink.write(event(probe, System.nanoTime(), "comm"));
      }
      String logged = new ObjectMapper().readTree(log.toByteArray()).path("time").asText();
      assertEquals(
          Instant.parse(logged), Instant.parse(recent.newestFirst().get(0).time()), logged);
    }
  }

  private static Event event(TracedProbe probe, String comm) {
    return event(probe, 1, comm);
  }

  private static Event event(TracedProbe probe, long timeNanos, String comm) {
    return new Event(probe, "func", timeNanos, 0, comm, 7, 7, 0, 0, List.of(), List.of());
  }
}
