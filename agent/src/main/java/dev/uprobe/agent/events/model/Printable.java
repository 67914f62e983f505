package dev.uprobe.agent.events.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Makes text out of a traced program's memory safe for a terminal or a log.
 *
 * <p>Characters that are not printed (controls, line ends, invisible and direction-changing ones)
 * and bytes that are no UTF-8 become escapes; a backslash is doubled, so that what was there can be
 * told.
 */
public final class Printable {
  private Printable() {}

  /** Returns text with its unprintable parts escaped. */
  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isPlain(text.charAt(i))) {
        return of(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return text;
  }

  /** Returns UTF-8 text with its unprintable parts escaped. */
  public static String of(byte[] utf8) {
    if (isPlain(utf8)) {
      return new String(utf8, StandardCharsets.ISO_8859_1);
    }
    StringBuilder text = new StringBuilder(utf8.length);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(utf8);
    CharBuffer out = CharBuffer.allocate(utf8.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      out.flip().toString().codePoints().forEach(each -> append(text, each));
      out.clear();
      if (!result.isError()) {
        return text.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        text.append(String.format("\\x%02x", in.get()));
      }
    }
  }

  /** Most text is, and is then told from the rest in a fraction of the time. */
  private static boolean isPlain(byte[] utf8) {
    for (byte each : utf8) {
      if (!isPlain(each)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(int character) {
    return character >= ' ' && character <= '~' && character != '\\';
  }

  private static void append(StringBuilder text, int codePoint) {
    switch (codePoint) {
      case '\\' -> text.append("\\\\");
      case '\n' -> text.append("\\n");
      case '\r' -> text.append("\\r");
      case '\t' -> text.append("\\t");
      default -> {
        if (isPrinted(codePoint)) {
          text.appendCodePoint(codePoint);
        } else if (codePoint < 0x80) {
          text.append(String.format("\\x%02x", codePoint));
        } else {
          text.append(String.format("\\u{%x}", codePoint));
        }
      }
    }
  }

  private static boolean isPrinted(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
