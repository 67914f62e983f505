package dev.uprobe.agent.events.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.agent.fixture.ProbeYaml;
import dev.uprobe.bpf.Constants;
import dev.uprobe.bpf.Structs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventDecoderTest {
  private static final int FIRST = Structs.Event.SIZEOF;
  private static final int DATA = FIRST + Structs.MemorySlot.DATA;

  @ParameterizedTest
  @CsvSource({
    "i8,  0xffffffffffffff80, -128",
    "u8,  0xffffffffffffff80, 128",
    "i16, 0x123456788000,     -32768",
    "u16, 0x123456788000,     32768",
    "i32, 0x1234ffffffff,     -1",
    "u32, 0x1234ffffffff,     4294967295",
    "i64, 0xffffffffffffffff, -1",
    "u64, 0xffffffffffffffff, 18446744073709551615",
    "i32, 0x7fffffff,         2147483647",
  })
  void takesANumbersOwnBytesAndNotWhatElseIsInTheRegister(
      String type, String register, String number) {
    CapturedValue value = first("args: [{name: n, type: " + type + "}]", number(register));

    assertEquals(number, assertInstanceOf(CapturedValue.Whole.class, value).decimal());
  }

  @Test
  void readsABoolACharAndAPointer() {
    assertEquals(
        new CapturedValue.Bool(true), first("args: [{name: b, type: bool}]", number("0xff01")));
    assertEquals(
        new CapturedValue.Bool(false), first("args: [{name: b, type: bool}]", number("0xff00")));
    assertEquals(
        new CapturedValue.Char(0x80), first("args: [{name: c, type: char}]", number("0xff80")));
    assertEquals(
        "0xffff800000000000",
        assertInstanceOf(
                CapturedValue.Address.class,
                first("args: [{name: p, type: pointer}]", number("0xffff800000000000")))
            .hex());
  }

  @Test
  void aStringThatJustFitsIsWhole() {
    CapturedValue value = first("args: [{name: s, type: string, size: 5}]", memory(6, "hello\0\0"));

    assertText("hello", false, value);
  }

  @Test
  void aStringThatIsOneByteTooLongIsCut() {
    CapturedValue value = first("args: [{name: s, type: string, size: 5}]", memory(7, "hello!\0"));

    assertText("hello", true, value);
  }

  @Test
  void anEmptyStringIsNotAnUnreadableOne() {
    assertText("", false, first("args: [{name: s, type: string, size: 5}]", memory(1, "\0")));
  }

  @Test
  void bytesAreAsManyAsTheProgramHas() {
    String probe = "args: [{name: b, type: bytes, size: 4, length: n}, {name: n, type: u32}]";

    assertBytes("ab", false, first(probe, memory(2, "abXX")));
    assertBytes("abcd", false, first(probe, memory(4, "abcd")));
    assertBytes("abcd", true, first(probe, memory(5, "abcd")));
    assertBytes("abcd", true, first(probe, memory(-1, "abcd")));
    assertBytes("", false, first(probe, memory(0, "XXXX")));
  }

  @Test
  void theBitsOfAnEventSayWhichValuesCouldNotBeRead() {
    ProbeDescriptor probe =
        probe("args: [{name: a, type: u8}, {name: b, type: u8}, {name: c, type: u8}]");
    ByteBuffer record = record(probe);
    record.putInt(Structs.Event.UNREADABLE, 0b010);

    List<CapturedValue> values = decode(probe, record).values();

    assertInstanceOf(CapturedValue.Whole.class, values.get(0));
    CapturedValue.Unreadable unreadable =
        assertInstanceOf(CapturedValue.Unreadable.class, values.get(1));
    assertTrue(unreadable.reason().contains("could not be read"), unreadable.reason());
    assertInstanceOf(CapturedValue.Whole.class, values.get(2));
  }

  @Test
  void aFunctionThatNobodyKnowsIsCalledAsTheProbeCallsIt() {
    ProbeDescriptor probe = probe("type: Entry");
    ByteBuffer record = record(probe);
    record.putInt(Structs.Event.FUNCTION, 7);

    assertEquals("func", decode(probe, record).function());
  }

  @Test
  void aCommEndsAtItsNulOrAtItsLimit() {
    ProbeDescriptor probe = probe("type: Entry");
    ByteBuffer record = record(probe);
    record.put(Structs.Event.COMM, "sh\0garbage".getBytes(StandardCharsets.UTF_8));
    assertEquals("sh", decode(probe, record).comm());

    record.put(Structs.Event.COMM, "sixteen-letters!".getBytes(StandardCharsets.UTF_8));
    assertEquals("sixteen-letters!", decode(probe, record).comm());
  }

  @Test
  void anEventDoesNotChangeWhenItsRecordIsReused() {
    ProbeDescriptor probe = probe("args: [{name: s, type: string, size: 5}]");
    ByteBuffer record = record(probe);
    memory(6, "hello\0").accept(record);
    Event event = decode(probe, record);

    memory(6, "other\0").accept(record);

    assertText("hello", false, event.values().get(0));
  }

  private interface Slot {
    void accept(ByteBuffer record);
  }

  private static Slot number(String hex) {
    return record -> record.putLong(FIRST, Long.parseUnsignedLong(hex.substring(2), 16));
  }

  private static Slot memory(int length, String data) {
    return record -> {
      record.putInt(FIRST, length);
      record.putInt(FIRST + Structs.MemorySlot.MEMORY, Constants.MEMORY_PRESENT);
      record.put(DATA, data.getBytes(StandardCharsets.UTF_8));
    };
  }

  @Test
  void memoryAtNullIsNone() {
    Slot none = record -> record.putInt(FIRST + Structs.MemorySlot.MEMORY, Constants.MEMORY_NULL);
    assertEquals(new CapturedValue.Null(), first("args: [{name: s, type: string, size: 5}]", none));
    assertEquals(new CapturedValue.Null(), first("args: [{name: s, type: bytes, size: 4}]", none));
  }

  private static CapturedValue first(String yaml, Slot slot) {
    ProbeDescriptor probe = probe(yaml);
    ByteBuffer record = record(probe);
    slot.accept(record);
    return decode(probe, record).values().get(0);
  }

  private static ProbeDescriptor probe(String yaml) {
    return new ProbeDescriptor(0, "trace", ProbeYaml.probe(yaml));
  }

  private static ByteBuffer record(ProbeDescriptor probe) {
    return ByteBuffer.allocate(probe.layout().size()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Event decode(ProbeDescriptor probe, ByteBuffer record) {
    return new EventDecoder(number -> probe).decode(record);
  }

  private static void assertText(String expected, boolean cut, CapturedValue value) {
    CapturedValue.Text text = assertInstanceOf(CapturedValue.Text.class, value);
    assertEquals(expected, text.unicode());
    assertEquals(cut, text.isCut());
  }

  private static void assertBytes(String expected, boolean cut, CapturedValue value) {
    CapturedValue.Bytes bytes = assertInstanceOf(CapturedValue.Bytes.class, value);
    assertArrayEquals(expected.getBytes(StandardCharsets.UTF_8), bytes.bytes());
    assertEquals(cut, bytes.isCut());
  }

  @Test
  void aNumberIsNeverCut() {
    assertFalse(first("args: [{name: n, type: u64}]", number("0x1")).isCut());
  }
}
