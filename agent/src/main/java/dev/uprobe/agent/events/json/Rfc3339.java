package dev.uprobe.agent.events.json;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times of day as RFC 3339 has them, in UTC with nanoseconds: 2026-01-31T23:59:59.000000001Z. */
final class Rfc3339 {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private static final int NANO_DIGITS = 9;
  private static final int FRACTION = "\"2026-01-31T23:59:59.".length();

  /** The quoted text of the latest time; those of one second differ in their last digits only. */
  private byte[] text = new byte[0];

  private long second = Long.MIN_VALUE;

  /** Returns the time with quotes, valid until the next call. */
  byte[] quoted(Instant time) {
    if (time.getEpochSecond() != second) {
      second = time.getEpochSecond();
      text = ('"' + SECONDS.format(time) + ".000000000Z\"").getBytes(StandardCharsets.US_ASCII);
    }
    Digits.write(time.getNano(), NANO_DIGITS, text, FRACTION);
    return text;
  }
}
