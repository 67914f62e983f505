package dev.uprobe.agent.events.json;

import static dev.uprobe.agent.events.model.Events.cutText;
import static dev.uprobe.agent.events.model.Events.signed;
import static dev.uprobe.agent.events.model.Events.text;
import static dev.uprobe.agent.events.model.Events.unsigned;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Events;
import dev.uprobe.agent.events.model.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonSinkTest {
  private static final String CALL =
      """
      type: Call
      signature: int charge(const char *customer, unsigned long cents)
      message: "charged {customer}"
      """;

  @Test
  void anEventIsOneObjectWithEverythingThatIsKnown() throws IOException {
    JsonNode event = json(Events.of(CALL, text("acme"), unsigned(1000), signed(-1)));

    assertTrue(
        event.get("time").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z"),
        event.toString());
    ((ObjectNode) event).remove("time");
    assertEquals(
        new ObjectMapper()
            .readTree(
                """
                {"trace": "trace", "probe": "probe", "type": "Call", "function": "func",
                 "node": "node-1", "comm": "target-sample", "pid": 2562, "tid": 2563, "cpu": 1,
                 "args": {"customer": "acme", "cents": 1000}, "return": -1,
                 "durationNanos": 1500, "message": "charged acme"}
                """),
        event);
  }

  @Test
  void aStackIsAListOfFramesTheInnermostFirst() throws IOException {
    Event event =
        Events.of("type: Entry")
            .stack(
                List.of(
                    new Frame(Optional.of("func"), 18, Optional.of("libc.so.6")),
                    Frame.unknown(0x7f01)));

    assertEquals(
        new ObjectMapper().readTree("[\"func+0x12 (libc.so.6)\", \"[unknown] (0x7f01)\"]"),
        json(event).get("stack"));
    assertFalse(json(Events.of("type: Entry")).has("stack"));
  }

  @Test
  void fieldsComeInTheOrderInWhichTheyAreRead() throws IOException {
    JsonNode event = json(Events.of(CALL, text("acme"), unsigned(1000), signed(-1)));
    List<String> names = new ArrayList<>();
    event.fieldNames().forEachRemaining(names::add);

    assertEquals(
        List.of(
            "time",
            "trace",
            "probe",
            "type",
            "function",
            "node",
            "comm",
            "pid",
            "tid",
            "cpu",
            "args",
            "return",
            "durationNanos",
            "message"),
        names);
  }

  @Test
  void anEntryHasNeitherReturnNorDuration() throws IOException {
    JsonNode event = json(Events.of("type: Entry"));

    assertEquals(new ObjectMapper().createObjectNode(), event.get("args"));
    assertFalse(event.has("return"));
    assertFalse(event.has("durationNanos"));
  }

  @Test
  void aReturnHasItsValueOutsideOfItsArguments() throws IOException {
    JsonNode event = json(Events.of("type: Return\nreturns: {type: i32}", signed(-7)));

    assertEquals(0, event.get("args").size());
    assertEquals(-7, event.get("return").intValue());
  }

  @Test
  void everyNumberIsExact() throws IOException {
    String line =
        line(
            Events.of(
                "args: [{name: a, type: u64}, {name: b, type: i64}, {name: c, type: u64}]",
                unsigned(-1),
                signed(Long.MIN_VALUE),
                unsigned(9_007_199_254_740_993L)));

    assertTrue(
        line.contains(
            "\"args\":{\"a\":18446744073709551615,\"b\":-9223372036854775808,"
                + "\"c\":9007199254740993}"),
        line);
    assertEquals(
        BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE),
        new ObjectMapper().readTree(line).get("args").get("a").bigIntegerValue());
  }

  @Test
  void eachTypeHasItsOwnForm() throws IOException {
    JsonNode args =
        json(Events.of(
                """
                args:
                - {name: b, type: bool}
                - {name: c, type: char}
                - {name: p, type: pointer}
                - {name: m, type: bytes}
                """,
                new CapturedValue.Bool(true),
                new CapturedValue.Char('x'),
                new CapturedValue.Address(0xffff800000000000L),
                new CapturedValue.Bytes(new byte[] {0, 0x1b, (byte) 0xff}, false)))
            .get("args");

    assertEquals(
        new ObjectMapper()
            .readTree("{\"b\":true,\"c\":\"x\",\"p\":\"0xffff800000000000\",\"m\":\"001bff\"}"),
        args);
  }

  @Test
  void namesWhatIsCut() throws IOException {
    JsonNode event =
        json(
            Events.of(
                "args: [{name: a, type: string}, {name: b, type: string}, {name: m, type: bytes}]",
                cutText("hel"),
                text("all"),
                new CapturedValue.Bytes(new byte[] {1}, true)));

    assertEquals("hel", event.get("args").get("a").asText());
    assertEquals(new ObjectMapper().readTree("[\"a\",\"m\"]"), event.get("cut"));
  }

  @Test
  void whatCouldNotBeReadIsNullWithAReason() throws IOException {
    JsonNode event =
        json(
            Events.of(
                "args: [{name: a, type: string}, {name: b, type: string}]",
                new CapturedValue.Unreadable("a bad address"),
                text("")));

    assertTrue(event.get("args").get("a").isNull());
    assertEquals("", event.get("args").get("b").asText());
    assertEquals(new ObjectMapper().readTree("{\"a\":\"a bad address\"}"), event.get("unreadable"));
  }

  @Test
  void aGoodEventNamesNothingCutOrUnreadable() throws IOException {
    JsonNode event = json(Events.of("args: [{name: a, type: string}]", text("x")));

    assertFalse(event.has("cut"));
    assertFalse(event.has("unreadable"));
  }

  @Test
  void noCharacterOfATracedProgramReachesTheTerminalUnescaped() throws IOException {
    StringBuilder evil = new StringBuilder("\u202e\u2028\u200b\ufeff\"\\");
    for (char c = 0; c < 0xa0; c++) {
      evil.append(c);
    }
    Event event =
        Events.of(
            "args: [{name: s, type: string}]\nmessage: '{s}'",
            "f" + evil,
            "c" + evil,
            text(evil.toString()));

    String line = line(event);

    assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 0x7f), line);
    JsonNode json = new ObjectMapper().readTree(line);
    assertEquals(evil.toString(), json.get("args").get("s").asText());
    assertEquals("f" + evil, json.get("function").asText());
    assertEquals("c" + evil, json.get("comm").asText());
  }

  @Test
  void textThatIsNoUtf8IsStillJson() throws IOException {
    byte[] bytes = {'a', (byte) 0xff, (byte) 0xed, (byte) 0xa0, (byte) 0x80, 'b'};
    JsonNode event =
        json(Events.of("args: [{name: s, type: string}]", new CapturedValue.Text(bytes, false)));

    String shown = event.get("args").get("s").asText();
    assertTrue(shown.matches("a\ufffd+b"), shown);
    assertTrue(event.get("message").asText().contains("\\xff"), event.toString());
  }

  @Test
  void everyEventIsALineOfItsOwn() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonSink sink = new JsonSink(out, "node-1", ContainerResolver.none())) {
      sink.begin();
      sink.write(Events.of("args: [{name: s, type: string}]", text("a\nb")));
      sink.write(Events.of("args: [{name: s, type: string}]", text("c\r\nd")));
    }
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();

    assertEquals(2, lines.size());
    for (String line : lines) {
      assertTrue(new ObjectMapper().readTree(line).isObject(), line);
    }
  }

  private static JsonNode json(Event event) throws IOException {
    return new ObjectMapper().readTree(line(event));
  }

  private static String line(Event event) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonSink sink = new JsonSink(out, "node-1", ContainerResolver.none())) {
      sink.begin();
      sink.write(event);
    }
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.endsWith("}\n"), text);
    return text.substring(0, text.length() - 1);
  }
}
