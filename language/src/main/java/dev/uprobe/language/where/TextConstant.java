package dev.uprobe.language.where;

import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.text.SyntaxException;
import dev.uprobe.language.text.TextCursor;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads the constants that texts are compared with: {@code 'acme-'} or {@code "acme-"}. */
final class TextConstant {
  private static final Pattern QUOTED =
      Pattern.compile("'((?:[^'\\\\]|\\\\.)*+)'|\"((?:[^\"\\\\]|\\\\.)*+)\"");
  private static final Pattern QUOTE = Pattern.compile("['\"]");
  private static final Pattern PIECE =
      Pattern.compile("([^\\\\]++)|\\\\x([0-9a-fA-F]{1,2})|\\\\([abfnrtv0\\\\'\"])");

  private TextConstant() {}

  /** Returns the constant's bytes, each as the character of that number. */
  static String of(TextCursor cursor) {
    int column = cursor.column();
    MatchResult quoted =
        cursor
            .accept(QUOTED)
            .orElseThrow(
                () ->
                    cursor.accept(QUOTE).isPresent()
                        ? new SyntaxException(column, "this text has no closing quote")
                        : cursor.expected("a text in quotes, such as 'acme-'"));
    boolean isSingle = quoted.group(1) != null;
    String bytes = bytes(isSingle ? quoted.group(1) : quoted.group(2), column + 1);
    if (bytes.length() > Condition.Text.MAX_LENGTH) {
      throw new SyntaxException(
          column,
          "a text to compare with has at most %d bytes, this one has %d"
              .formatted(Condition.Text.MAX_LENGTH, bytes.length()));
    }
    return bytes;
  }

  private static String bytes(String quoted, int column) {
    StringBuilder bytes = new StringBuilder();
    var matcher = PIECE.matcher(quoted);
    int at = 0;
    while (at < quoted.length()) {
      if (!matcher.region(at, quoted.length()).lookingAt()) {
        throw new SyntaxException(
            column + at, "no such escape; there are \\n, \\r, \\t, \\0, \\xNN, \\\\, \\' and \\\"");
      }
      if (matcher.group(1) != null) {
        byte[] utf8 = matcher.group(1).getBytes(StandardCharsets.UTF_8);
        bytes.append(new String(utf8, StandardCharsets.ISO_8859_1));
      } else if (matcher.group(2) != null) {
        bytes.append((char) Integer.parseInt(matcher.group(2), 16));
      } else {
        bytes.append((char) Constant.escaped(matcher.group(3).charAt(0)));
      }
      at = matcher.end();
    }
    return bytes.toString();
  }
}
