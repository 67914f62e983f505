package dev.uprobe.agent.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.uprobe.agent.events.json.JsonSink;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.EventSink;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.events.model.WallClock;
import dev.uprobe.agent.events.sinks.DroppingSink;
import dev.uprobe.agent.events.sinks.OutputQueue;
import dev.uprobe.agent.fixture.PipeReader;
import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.api.v1alpha1.RecentEvent;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RecentEventsSinkTest {

  @Test
  void theLatestEventsAreKeptWhileNobodyReadsTheLog(@TempDir Path folder) throws Exception {
    ProbeDescriptor probe = new ProbeDescriptor(1, "trace", ProbeYaml.probe("message: '{comm}'"));
    RecentEventBuffer recent = new RecentEventBuffer(1, List.of());
    try (PipeReader reader = PipeReader.start(folder.resolve("read"))) {
      OutputQueue output = new OutputQueue(reader.pipe());
      EventSink log =
          new DroppingSink(new JsonSink(output, "node", ContainerResolver.none()), output);
      RecentEventsSink sink = new RecentEventsSink(log, ContainerResolver.none(), new WallClock());
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
      ProbeDescriptor probe = new ProbeDescriptor(1, "trace", ProbeYaml.probe("message: '{comm}'"));
      RecentEventBuffer recent = new RecentEventBuffer(1, List.of());
      ByteArrayOutputStream log = new ByteArrayOutputStream();
      WallClock clock = new WallClock();
      try (JsonSink json = new JsonSink(log, "node", ContainerResolver.none(), clock)) {
        RecentEventsSink sink = new RecentEventsSink(json, ContainerResolver.none(), clock);
        sink.record(1, recent);
        sink.write(event(probe, System.nanoTime(), "comm"));
      }
      String logged = new ObjectMapper().readTree(log.toByteArray()).path("time").asText();
      assertEquals(
          Instant.parse(logged), Instant.parse(recent.newestFirst().get(0).time()), logged);
    }
  }

  private static Event event(ProbeDescriptor probe, String comm) {
    return event(probe, 1, comm);
  }

  private static Event event(ProbeDescriptor probe, long timeNanos, String comm) {
    return new Event(probe, "func", timeNanos, 0, comm, 7, 7, 0, 0, List.of(), List.of());
  }
}
