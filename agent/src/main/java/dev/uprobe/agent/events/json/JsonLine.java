package dev.uprobe.agent.events.json;

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
  private static final byte[] HEX = ascii("0123456789ABCDEF");
  private static final byte[] LEAST = ascii(Long.toString(Long.MIN_VALUE));
  private static final int BILLION = 1_000_000_000;
  private static final int BILLION_DIGITS = 9;
  private static final int MAX_ESCAPE = 6;

  private byte[] bytes = new byte[4096];
  private int length;

  /** Returns text of ASCII as it is written. */
  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

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
    if (number < 0) {
      return raw('-').number(-number);
    }
    if (number > Integer.MAX_VALUE) {
      number(number / BILLION);
      return digits((int) (number % BILLION), BILLION_DIGITS);
    }
    return digits((int) number, Digits.count((int) number));
  }

  private JsonLine digits(int number, int count) {
    reserve(count);
    Digits.write(number, count, bytes, length);
    length += count;
    return this;
  }

  /** Adds a string with its quotes. */
  JsonLine string(String text) {
    return raw('"').text(text).raw('"');
  }

  /** Adds a part of a string, which is between quotes. */
  JsonLine text(String text) {
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    return isPlain(latin) ? raw(latin) : escaped(text);
  }

  /** What Latin-1 lacks has become a question mark, so one that was there is looked at again. */
  private static boolean isPlain(byte[] latin) {
    for (byte each : latin) {
      if (each < ' ' || each > '~' || each == '"' || each == '\\' || each == '?') {
        return false;
      }
    }
    return true;
  }

  private JsonLine escaped(String text) {
    int count = text.length();
    reserve(MAX_ESCAPE * count);
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
        bytes[length++] = (byte) c;
      } else {
        escape(c);
      }
    }
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

  /** Adds the name of a field and its colon. */
  JsonLine name(String name) {
    return string(name).raw(':');
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  /** Returns what was added. */
  byte[] copy() {
    return Arrays.copyOf(bytes, length);
  }

  /** Starts anew. */
  void clear() {
    length = 0;
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
