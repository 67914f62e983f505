package dev.uprobe.language.prototype;

import dev.uprobe.language.text.SyntaxException;
import java.util.List;

/** Tokens that are read one after the other. */
final class TokenStream {
  private final List<Token> tokens;
  private int position;

  /**
   * @param tokens the last of which is the end
   */
  TokenStream(List<Token> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  Token peek() {
    return peek(0);
  }

  /** Returns the token so many places ahead, or the end. */
  Token peek(int ahead) {
    return tokens.get(Math.min(position + ahead, tokens.size() - 1));
  }

  boolean atEnd() {
    return peek().kind() == Token.Kind.END;
  }

  Token next() {
    Token token = peek();
    if (!atEnd()) {
      position++;
    }
    return token;
  }

  boolean accept(String mark) {
    if (peek().is(mark)) {
      position++;
      return true;
    }
    return false;
  }

  void expect(String mark) {
    if (!accept(mark)) {
      throw unexpected("\"" + mark + "\"");
    }
  }

  /** Skips a parenthesized group, if one starts here. */
  void skipParentheses() {
    if (!peek().is("(")) {
      return;
    }
    int open = 0;
    do {
      if (atEnd()) {
        throw unexpected("\")\"");
      }
      Token token = next();
      open += token.is("(") ? 1 : token.is(")") ? -1 : 0;
    } while (open > 0);
  }

  /** Skips an attribute, {@code [[noreturn]]}. */
  void skipBrackets() {
    int open = 0;
    do {
      if (atEnd()) {
        throw unexpected("\"]]\"");
      }
      Token token = next();
      open += token.is("[") ? 1 : token.is("]") ? -1 : 0;
    } while (open > 0);
  }

  SyntaxException unexpected(String wanted) {
    String found = atEnd() ? "the end" : "\"" + peek().text() + "\"";
    return new SyntaxException(peek().column(), "expected " + wanted + ", found " + found);
  }
}
