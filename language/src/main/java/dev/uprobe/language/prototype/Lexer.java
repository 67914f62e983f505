package dev.uprobe.language.prototype;

import dev.uprobe.language.text.SyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a prototype into tokens. */
final class Lexer {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<space>\\s++|/\\*[\\s\\S]*?\\*/|//[^\\n]*+)"
              + "|(?<word>[A-Za-z_][A-Za-z_0-9]*+)"
              + "|(?<number>[0-9][0-9A-Za-z]*+)"
              + "|(?<string>\"[^\"]*+\")"
              + "|(?<mark>\\.\\.\\.|[-*(),;.\\[\\]+/])");

  private Lexer() {}

  /** Returns the tokens of a text, the last of which is its end. */
  static List<Token> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw new SyntaxException(at + 1, "unexpected " + described(text.charAt(at)));
      }
      if (matcher.group("space") == null) {
        tokens.add(new Token(kind(matcher), matcher.group(), at + 1));
      }
      at = matcher.end();
    }
    tokens.add(new Token(Token.Kind.END, "", text.length() + 1));
    return tokens;
  }

  private static Token.Kind kind(Matcher matcher) {
    if (matcher.group("word") != null) {
      return Token.Kind.WORD;
    }
    if (matcher.group("number") != null) {
      return Token.Kind.NUMBER;
    }
    return matcher.group("string") != null ? Token.Kind.STRING : Token.Kind.MARK;
  }

  private static String described(char c) {
    return switch (c) {
      case '&' -> "\"&\"; this reads C, so write a C++ reference as a pointer: \"*\"";
      case '<', '>', ':' ->
          "\"" + c + "\"; this reads C, so write a pointer for what only C++ has, or use args:";
      default -> "\"" + c + "\"";
    };
  }
}
