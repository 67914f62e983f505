package dev.uprobe.language.prototype;

/**
 * A word or a punctuation mark of C.
 *
 * @param column where it begins, from 1
 */
record Token(Kind kind, String text, int column) {
  enum Kind {
    WORD,
    NUMBER,
    STRING,
    MARK,
    END
  }

  boolean is(String mark) {
    return kind != Kind.STRING && text.equals(mark);
  }

  boolean isWord() {
    return kind == Kind.WORD;
  }
}
