package dev.uprobe.agent.events.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class Rfc3339Test {
  private final Rfc3339 times = new Rfc3339();

  @Test
  void showsNineDigitsOfASecond() {
    assertEquals("\"2026-01-31T23:59:59.000000001Z\"", quoted("2026-01-31T23:59:59.000000001Z"));
    assertEquals("\"2026-01-31T23:59:59.987654321Z\"", quoted("2026-01-31T23:59:59.987654321Z"));
  }

  @Test
  void followsTheSecond() {
    assertEquals("\"2026-12-31T23:59:59.999999999Z\"", quoted("2026-12-31T23:59:59.999999999Z"));
    assertEquals("\"2027-01-01T00:00:00.000000000Z\"", quoted("2027-01-01T00:00:00Z"));
    assertEquals("\"2026-12-31T23:59:59.500000000Z\"", quoted("2026-12-31T23:59:59.5Z"));
  }

  private String quoted(String time) {
    return new String(times.quoted(Instant.parse(time)), StandardCharsets.US_ASCII);
  }
}
