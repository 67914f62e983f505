package dev.uprobe.agent.events.sinks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.events.json.JsonSink;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Events;
import dev.uprobe.agent.fixture.PipeReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DroppingSinkTest {
  private static final int LOST = 7;

  @TempDir private Path folder;

  @Test
  void countsForEachProbeWhatTheOutputHasNoRoomFor() throws Exception {
    Event event = Events.of("args: [{name: s, type: string}]", Events.text("x".repeat(500)));
    Event other = Events.of("type: Entry");
    try (PipeReader reader = PipeReader.start(folder.resolve("read"))) {
      OutputQueue output = new OutputQueue(reader.pipe());
      DroppingSink sink =
          new DroppingSink(new JsonSink(output, "node", ContainerResolver.none()), output);
      while (!output.isFull()) {
        sink.write(event);
      }
      for (int i = 0; i < LOST; i++) {
        sink.write(event);
      }
      sink.write(other);

      assertEquals(LOST, event.probe().unwritten());
      assertEquals(1, other.probe().unwritten());
      assertEquals(LOST + 1, sink.lost());

      reader.proceed();
      output.drain();
      sink.write(other);
      sink.end();
      sink.close();
      assertEquals(1, other.probe().unwritten());
      assertEquals(sink.written(), reader.lines().size());
    }
  }
}
