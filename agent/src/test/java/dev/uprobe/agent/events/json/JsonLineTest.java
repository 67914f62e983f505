package dev.uprobe.agent.events.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {
  private final JsonLine line = new JsonLine();

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        7,
        10,
        -1,
        99_999,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE + 1L,
        5_000_000_007L,
        100_000,
        1_000_000_000_000_000_000L,
        Long.MAX_VALUE,
        -Long.MAX_VALUE,
        Long.MIN_VALUE
      })
  void writesNumbers(long number) throws IOException {
    assertEquals(Long.toString(number), written(line.number(number)));
  }

  @Test
  void escapesAllButPrintableAscii() throws IOException {
    assertEquals(
        "\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u001B\\u007F\\u00E9\\uD83D\\uDE00~\"",
        written(line.string("a\"b\\c\n\r\t\0\u001b\u007fé\ud83d\ude00~")));
  }

  @Test
  void tellsAQuestionMarkFromWhatLatin1Lacks() throws IOException {
    assertEquals("\"a?b\"", written(line.string("a?b")));
    assertEquals("\"a\\u2028b\"", written(line.string("a\u2028b")));
  }

  @Test
  void aReaderGetsBackEveryCharacter() throws IOException {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < Character.MIN_SURROGATE; c++) {
      all.append(c);
    }

    String json = written(line.string(all.toString()));

    assertEquals(all.toString(), new ObjectMapper().readValue(json, String.class));
  }

  @Test
  void growsAsNeededAndStartsAnew() throws IOException {
    String text = "x".repeat(10_000);

    assertEquals('"' + text + '"', written(line.string(text)));
    assertEquals(
        "{1}", written(line.raw('{').number(1).raw("}".getBytes(StandardCharsets.US_ASCII))));
    assertEquals(0, line.length());
  }

  private static String written(JsonLine line) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    line.moveTo(out);
    return out.toString(StandardCharsets.US_ASCII);
  }
}
