package dev.uprobe.agent.binary.demangle;

/**
 * A mangled name that is read from left to right. What is built from it is bounded: a few bytes can
 * stand for text of any length, as each part of a name may repeat an earlier one twice.
 */
final class MangledName {
  private static final int MAX_DEPTH = 96;
  private static final int FREE = 16 * 1024;
  private static final int PER_CHARACTER = 64;

  private final String text;
  private int at;
  private int depth;
  private int left;

  /** A name that is not mangled in the expected way, or is too intricate. */
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreadable() {
      super("not a mangled name", null, false, false);
    }
  }

  MangledName(String text, int from) {
    this.text = text;
    this.at = from;
    this.left = FREE + PER_CHARACTER * text.length();
  }

  boolean atEnd() {
    return at == text.length();
  }

  /** Returns the character at hand, or NUL at the end. */
  char peek() {
    return peek(0);
  }

  char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
  }

  boolean looksAt(String wanted) {
    return text.startsWith(wanted, at);
  }

  char next() {
    if (atEnd()) {
      throw new Unreadable();
    }
    return text.charAt(at++);
  }

  boolean accept(char wanted) {
    if (peek() == wanted && !atEnd()) {
      at++;
      return true;
    }
    return false;
  }

  boolean accept(String wanted) {
    if (looksAt(wanted)) {
      at += wanted.length();
      return true;
    }
    return false;
  }

  void expect(char wanted) {
    if (!accept(wanted)) {
      throw new Unreadable();
    }
  }

  boolean atDigit() {
    return peek() >= '0' && peek() <= '9';
  }

  /** Reads a decimal number. */
  int number() {
    if (!atDigit()) {
      throw new Unreadable();
    }
    int number = 0;
    while (atDigit()) {
      number = number * 10 + (next() - '0');
      if (number > 1_000_000) {
        throw new Unreadable();
      }
    }
    return number;
  }

  String take(int length) {
    if (length < 0 || length > text.length() - at) {
      throw new Unreadable();
    }
    at += length;
    return text.substring(at - length, at);
  }

  int position() {
    return at;
  }

  void moveTo(int position) {
    if (position < 0 || position > text.length()) {
      throw new Unreadable();
    }
    at = position;
  }

  /** Notes that a text was built, and returns it. */
  String built(String result) {
    spend(result.length());
    return result;
  }

  /** Notes that so many characters were built. */
  void spend(int characters) {
    left -= characters;
    if (left < 0) {
      throw new Unreadable();
    }
  }

  /** Begins a part that may hold parts of its own kind; {@link #leave} ends it. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw new Unreadable();
    }
  }

  void leave() {
    depth--;
  }
}
