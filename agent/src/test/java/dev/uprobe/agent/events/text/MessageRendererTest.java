package dev.uprobe.agent.events.text;

import static dev.uprobe.agent.events.model.Events.cutText;
import static dev.uprobe.agent.events.model.Events.signed;
import static dev.uprobe.agent.events.model.Events.text;
import static dev.uprobe.agent.events.model.Events.unsigned;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Events;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageRendererTest {

  @Test
  void fillsThePlacesOfATemplate() {
    Event event =
        Events.of(
            """
            type: Call
            signature: int charge(const char *customer, unsigned long cents)
            message: "charged {customer} {cents} cents -> {return} in {duration}"
            """,
            text("acme"),
            unsigned(-1),
            signed(-2));

    assertEquals(
        "charged acme 18446744073709551615 cents -> -2 in 1.500us", MessageRenderer.render(event));
  }

  @Test
  void knowsWhatEveryEventHas() {
    Event event = Events.of("message: '{function} {probe} {comm} {pid} {tid} {cpu} {{}}'");

    assertEquals("func probe target-sample 2562 2563 1 {}", MessageRenderer.render(event));
  }

  @Test
  void showsEachTypeAsItIsRead() {
    String probe =
        """
        args:
        - {name: b, type: bool}
        - {name: c, type: char}
        - {name: p, type: pointer}
        - {name: m, type: bytes}
        message: "{b} {c} {p} {m}"
        """;
    Event event =
        Events.of(
            probe,
            new CapturedValue.Bool(true),
            new CapturedValue.Char('x'),
            new CapturedValue.Address(0xbeef),
            new CapturedValue.Bytes(new byte[] {0, (byte) 0xff}, false));

    assertEquals("true x 0xbeef 00ff", MessageRenderer.render(event));
  }

  @Test
  void marksWhatIsCutAndWhatCouldNotBeRead() {
    String probe =
        "args: [{name: s, type: string}, {name: m, type: bytes}, {name: x, type: string}]\n"
            + "message: '{s} {m} {x}'";
    Event event =
        Events.of(
            probe,
            cutText("hel"),
            new CapturedValue.Bytes(new byte[] {1}, true),
            new CapturedValue.Unreadable("a bad address"));

    assertEquals("hel... 01... (unreadable)", MessageRenderer.render(event));
  }

  @Test
  void escapesTextOfTheTracedProgram() {
    String probe =
        "args: [{name: s, type: string}, {name: c, type: char}]\nmessage: '{s} {c} {comm}'";
    Event event =
        Events.of(probe, "func", "a\u001b[1mb", text("x\ny\u202ez"), new CapturedValue.Char(0x9b));

    assertEquals("x\\ny\\u{202e}z \\x9b a\\x1b[1mb", MessageRenderer.render(event));
  }

  @Test
  void escapesTheNameOfAFunctionForItComesFromTheTracedFile() {
    Event event = Events.of("message: '{function}'", "evil\u001b[2J\n", "comm");

    assertEquals("evil\\x1b[2J\\n", MessageRenderer.render(event));
  }

  @Test
  void anArgumentHidesABuiltInName() {
    Event event = Events.of("args: [{name: pid, type: i32}]\nmessage: 'pid={pid}'", signed(7));

    assertEquals("pid=7", MessageRenderer.render(event));
  }

  @ParameterizedTest
  @CsvSource({
    "0,             0ns",
    "999,           999ns",
    "1000,          1.000us",
    "999999,        999.999us",
    "1000000,       1.000ms",
    "12345678,      12.345ms",
    "1000000000,    1.000s",
    "3600000000000, 3600.000s",
  })
  void showsADurationInItsUnit(long nanos, String shown) {
    assertEquals(shown, MessageRenderer.duration(nanos));
  }

  @Test
  void aDurationJustUnderAUnitStaysInTheSmallerOne() {
    assertEquals("999.999ms", MessageRenderer.duration(999_999_000));
    assertEquals("999.999ms", MessageRenderer.duration(999_999_999));
  }

  @Test
  void writesNumbersAlikeInEveryLanguage() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertEquals("1.500us", MessageRenderer.duration(1_500));
    } finally {
      Locale.setDefault(before);
    }
  }
}
