package dev.uprobe.agent.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JsonMessagesTest {

  private static LoggingEvent event(String message) {
    LoggingEvent event = new LoggingEvent();
    event.setInstant(Instant.parse("2030-01-01T00:00:00.123456789Z"));
    event.setLevel(Level.WARN);
    event.setMessage(message);
    return event;
  }

  private static String encode(LoggingEvent event) {
    return new String(new JsonMessages().encode(event), StandardCharsets.US_ASCII);
  }

  @Test
  void aMessageIsOneLine() {
    assertEquals(
        "{\"time\":\"2030-01-01T00:00:00.123456789Z\",\"level\":\"WARN\","
            + "\"message\":\"a \\\"b\\\"\\n\\u001B\\u202E\"}\n",
        encode(event("a \"b\"\n\u001b\u202e")));
  }

  @Test
  void anExceptionIsPartOfIt() {
    LoggingEvent event = event("It failed.");
    event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("why")));
    String line = encode(event);
    assertTrue(
        line.contains(
            "\"message\":\"It failed.\",\"exception\":\"java.lang.IllegalStateException: why\\n"),
        line);
    assertEquals(line.length() - 1, line.indexOf('\n'));
  }
}
