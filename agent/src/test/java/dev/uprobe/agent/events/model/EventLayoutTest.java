package dev.uprobe.agent.events.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.bpf.Structs;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLayoutTest {

  @Test
  void anEventWithoutValuesIsItsHead() {
    EventLayout layout = EventLayout.of(List.of());

    assertEquals(List.of(), layout.slots());
    assertEquals(Structs.Event.SIZEOF, layout.size());
  }

  @Test
  void everySlotIsAlignedToEightBytes() {
    EventLayout layout =
        of("args: [{name: c, type: u8}, {name: s, type: string, size: 7}, {name: n, type: i32}]");

    assertEquals(List.of(0, 8, 32), offsets(layout));
    assertEquals(Structs.Event.SIZEOF + 40, layout.size());
  }

  @Test
  void aStringHasRoomForItsNulAndForTheByteThatShowsThatItIsCut() {
    assertEquals(7 + 2, of("args: [{name: s, type: string, size: 7}]").slots().get(0).dataSize());
  }

  @Test
  void bytesHaveTheSizeThatWasAskedFor() {
    EventLayout layout = of("args: [{name: b, type: bytes, size: 9}, {name: n, type: u64}]");

    assertEquals(9, layout.slots().get(0).dataSize());
    assertEquals(List.of(0, 24), offsets(layout));
  }

  @Test
  void aStackLiesBehindTheValues() {
    EventLayout layout =
        EventLayout.of(ProbeYaml.probe("args: [{name: n, type: i32}]").values(), 16);

    assertEquals(Structs.Event.SIZEOF + 8, layout.stackOffset());
    assertEquals(16, layout.frames());
    assertEquals(layout.stackOffset() + 24 + 16 * 8, layout.size());
  }

  private static EventLayout of(String probe) {
    return EventLayout.of(ProbeYaml.probe(probe).values());
  }

  /** Counted from the end of the head. */
  private static List<Integer> offsets(EventLayout layout) {
    return layout.slots().stream().map(each -> each.offset() - Structs.Event.SIZEOF).toList();
  }
}
