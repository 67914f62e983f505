package dev.uprobe.agent.event;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON (RFC 8259) as it is written, in one array that is used again for every line.
 *
 * <p>An event is mostly names that never change and small numbers. A general generator takes
 * several times as long over them, which is time that the agent takes from what it traces. All but
 * printable ASCII is escaped: text of traced programs may hold characters that change what a
 * terminal shows.
 */
final class JsonLine {
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LEAST =
      Long.toString(Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_DIGITS = 20;
  private static final int MAX_ESCAPE = 6;

  private byte[] bytes = new byte[4096];
  private int length;

  /** Adds what is JSON already. */
  JsonLine raw(byte[] json) {
    reserve(json.length);
    System.arraycopy(json, 0, bytes, length, json.length);
    length += json.length;
    return this;
  }

  /** Adds one character of ASCII as it is. */
  JsonLine raw(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /** Adds a whole number. */
  JsonLine number(long number) {
    if (number == Long.MIN_VALUE) {
      return raw(LEAST);
    }
    reserve(MAX_DIGITS);
    long rest = number;
    if (rest < 0) {
      bytes[length++] = '-';
      rest = -rest;
    }
    int end = length + digits(rest);
    for (int i = end - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length = end;
    return this;
  }

  private static int digits(long number) {
    int digits = 1;
    for (long power = 10; digits < MAX_DIGITS - 1 && number >= power; power *= 10) {
      digits++;
    }
    return digits;
  }

  /** Adds a string with its quotes. */
  JsonLine string(CharSequence text) {
    int count = text.length();
    reserve(2 + MAX_ESCAPE * count);
    bytes[length++] = '"';
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
        bytes[length++] = (byte) c;
      } else {
        escape(c);
      }
    }
    bytes[length++] = '"';
    return this;
  }

  private void escape(char c) {
    bytes[length++] = '\\';
    switch (c) {
      case '"', '\\' -> bytes[length++] = (byte) c;
      case '\n' -> bytes[length++] = 'n';
      case '\r' -> bytes[length++] = 'r';
      case '\t' -> bytes[length++] = 't';
      default -> {
        bytes[length++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
          bytes[length++] = HEX[c >> shift & 0xf];
        }
      }
    }
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /** Returns how many bytes were added since the last {@link #moveTo}. */
  int length() {
    return length;
  }

  /** Writes what was added, and starts anew. */
  void moveTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
    length = 0;
  }
}
