package dev.uprobe.agent.event;

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

  /** Returns UTF-8 text with its unprintable parts escaped. */
  public static String of(byte[] utf8) {
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
