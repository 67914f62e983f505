package dev.uprobe.agent.events.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.uprobe.agent.events.decode.EventDecoder;
import dev.uprobe.agent.fixture.Btf;
import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.agent.sys.libc.Architecture;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the decoder against the layout that the compiled programs themselves describe. */
class WireFormatTest {

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theDecoderReadsEachFieldOfAnEventWhereItIsWritten(Architecture architecture)
      throws Exception {
    Btf btf = Btf.of(architecture);
    ProbeDescriptor probe =
        new ProbeDescriptor(3, "trace", ProbeYaml.probe("args: [{name: a, type: u64}]"));
    probe.addFunctions(List.of("first", "second", "third"));
    ByteBuffer record = ByteBuffer.allocate(probe.layout().size()).order(ByteOrder.LITTLE_ENDIAN);
    btf.write(record, 0, "event", "time_ns", 1_000_000_000_001L);
    btf.write(record, 0, "event", "duration_ns", 2_000_000_000_002L);
    btf.write(record, 0, "event", "probe", 3);
    btf.write(record, 0, "event", "function", 2);
    btf.write(record, 0, "event", "pid", 40);
    btf.write(record, 0, "event", "tid", 41);
    btf.write(record, 0, "event", "cpu", 5);
    btf.write(record, 0, "event", "unreadable", 1);
    record.put(btf.offset("event", "comm"), "fifteen-letters".getBytes(StandardCharsets.UTF_8));

    Event event = new EventDecoder(List.of(probe, probe, probe, probe)::get).decode(record);

    assertEquals(1_000_000_000_001L, event.timeNanos());
    assertEquals(2_000_000_000_002L, event.durationNanos());
    assertEquals("third", event.function());
    assertEquals(40, event.pid());
    assertEquals(41, event.tid());
    assertEquals(5, event.cpu());
    assertEquals("fifteen-letters", event.comm());
    assertInstanceOf(CapturedValue.Unreadable.class, event.values().get(0));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void anEventOfAFunctionThatLeftByAJumpSaysWhyItsReturnIsMissing(Architecture architecture)
      throws Exception {
    Btf btf = Btf.of(architecture);
    ProbeDescriptor probe =
        new ProbeDescriptor(
            0,
            "trace",
            ProbeYaml.probe("type: Call\nargs: [{name: a, type: u64}]\nreturns: {type: i32}"));
    probe.addReason("another one");
    int reason = probe.addReason("left by a jump to write");
    ByteBuffer record = ByteBuffer.allocate(probe.layout().size()).order(ByteOrder.LITTLE_ENDIAN);
    btf.write(record, 0, "event", "unreadable", 3);
    btf.write(record, 0, "event", "left_by", reason);

    List<CapturedValue> values = new EventDecoder(List.of(probe)::get).decode(record).values();

    assertInstanceOf(CapturedValue.Unreadable.class, values.get(0));
    assertEquals(new CapturedValue.Unseen("left by a jump to write"), values.get(1));
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theDecoderFindsTheProbeByTheNumberInTheEvent(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    ProbeDescriptor zero = new ProbeDescriptor(0, "zero", ProbeYaml.probe("type: Entry"));
    ProbeDescriptor one = new ProbeDescriptor(1, "one", ProbeYaml.probe("type: Entry"));
    ByteBuffer record = ByteBuffer.allocate(btf.size("event")).order(ByteOrder.LITTLE_ENDIAN);
    btf.write(record, 0, "event", "probe", 1);

    assertEquals(one, new EventDecoder(List.of(zero, one)::get).decode(record).probe());
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theDecoderReadsAMemorySlotWhereItIsWritten(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    ProbeDescriptor probe =
        new ProbeDescriptor(
            0, "trace", ProbeYaml.probe("args: [{name: s, type: string, size: 30}]"));
    ByteBuffer record = ByteBuffer.allocate(probe.layout().size()).order(ByteOrder.LITTLE_ENDIAN);
    int slot = probe.layout().slots().get(0).offset();
    btf.write(record, slot, "memory_slot", "length", 6);
    btf.write(record, slot, "memory_slot", "memory", btf.constants("memory").get("MEMORY_PRESENT"));
    record.put(
        slot + btf.offset("memory_slot", "data"), "hello\0".getBytes(StandardCharsets.UTF_8));

    Event event = new EventDecoder(List.of(probe)::get).decode(record);

    CapturedValue.Text text = assertInstanceOf(CapturedValue.Text.class, event.values().get(0));
    assertArrayEquals("hello".getBytes(StandardCharsets.UTF_8), text.bytes());
  }

  @ParameterizedTest
  @EnumSource(Architecture.class)
  void theDecoderReadsAStackWhereItIsWritten(Architecture architecture) throws Exception {
    Btf btf = Btf.of(architecture);
    ProbeDescriptor probe =
        new ProbeDescriptor(0, "trace", ProbeYaml.probe("stack: 3\nargs: [{name: a, type: u8}]"));
    ByteBuffer record = ByteBuffer.allocate(probe.layout().size()).order(ByteOrder.LITTLE_ENDIAN);
    int slot = probe.layout().stackOffset();
    btf.write(record, slot, "stack_slot", "caller", 20);
    btf.write(record, slot, "stack_slot", "framed", 30);
    btf.write(record, slot, "stack_slot", "length", 24);
    int addresses = slot + btf.offset("stack_slot", "addresses");
    record.putLong(addresses, 10).putLong(addresses + 8, 30).putLong(addresses + 16, 40);

    Event event = new EventDecoder(List.of(probe)::get).decode(record);

    // The caller is put in, and no more frames than the probe asks for are left.
    assertEquals(Stream.of(10, 20, 30).map(Frame::unknown).toList(), event.stack());
    assertEquals(probe.layout().size(), addresses + 3 * Long.BYTES);
  }
}
