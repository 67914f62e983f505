package dev.uprobe.agent.events.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Events;
import dev.uprobe.agent.events.model.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FoldedSinkTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final FoldedSink sink = new FoldedSink(out);

  private static Event event(String type, String comm, String... innermostFirst) {
    List<Frame> stack =
        Stream.of(innermostFirst)
            .map(each -> new Frame(Optional.of(each), 0x10, Optional.of("file")))
            .toList();
    return Events.of("type: " + type, "func", comm).stack(stack);
  }

  private String written() throws IOException {
    sink.end();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void equalStacksAreOneLineWithTheirNumber() throws IOException {
    sink.write(event("Entry", "shop", "func", "buy", "main"));
    sink.write(event("Entry", "shop", "func", "sell", "main"));
    sink.write(event("Entry", "shop", "func", "buy", "main"));

    assertEquals("shop;main;buy;func 2\nshop;main;sell;func 1\n", written());
  }

  @Test
  void nothingIsWrittenBeforeTheEnd() throws IOException {
    sink.begin();
    sink.write(event("Entry", "shop", "func", "main"));
    sink.flush();

    assertEquals(0, out.size());
    assertEquals("shop;main;func 1\n", written());
  }

  @Test
  void aReturnIsCountedForTheFunctionThatReturned() throws IOException {
    sink.write(event("Return", "shop", "buy", "main"));

    assertEquals("shop;main;buy;func 1\n", written());
  }

  @Test
  void noNameCanPretendToBeSeveralFrames() throws IOException {
    sink.write(event("Entry", "a;b", "c;d\n"));

    assertEquals("a:b;c:d\\n 1\n", written());
  }

  @Test
  void aFrameWithoutAFunctionIsItsFile() throws IOException {
    sink.write(
        Events.of("type: Entry", "func", "shop")
            .stack(
                List.of(
                    new Frame(Optional.empty(), 0x10, Optional.of("libfoo.so")),
                    Frame.unknown(0x7f00))));

    assertEquals("shop;[unknown];[libfoo.so] 1\n", written());
  }

  @Test
  void moreStacksThanFitIntoMemoryAreWrittenEarlierAndNoneIsLost() throws IOException {
    Event event = event("Entry", "shop");
    for (int i = 0; i < FoldedSink.MAX_STACKS; i++) {
      sink.write(event.stack(List.of(new Frame(Optional.of("f" + i), 0, Optional.empty()))));
    }
    sink.flush();
    assertTrue(out.size() > 0);
    sink.write(event("Entry", "shop", "f7"));

    String[] lines = written().split("\n");

    assertEquals(FoldedSink.MAX_STACKS + 1, lines.length);
    assertEquals("shop;f7 1", lines[lines.length - 1]);
  }
}
