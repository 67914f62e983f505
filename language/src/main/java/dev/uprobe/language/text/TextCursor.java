package dev.uprobe.language.text;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A position in a text that moves forward as text is accepted. */
public final class TextCursor {
  private static final Pattern SPACE = Pattern.compile("\\s*+");
  private static final Pattern REST = Pattern.compile("[A-Za-z_0-9.]++|\\S");

  private final String text;
  private int position;

  public TextCursor(String text) {
    this.text = text;
    skipSpace();
  }

  /** Returns the column of the next non-space character, from 1. */
  public int column() {
    return position + 1;
  }

  /** Returns whether nothing but space is left. */
  public boolean atEnd() {
    return position == text.length();
  }

  /** Accepts text that matches a pattern here, and the space after it. */
  public Optional<MatchResult> accept(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(position, text.length());
    // Look-aheads and word boundaries see the text after the match.
    matcher.useTransparentBounds(true);
    if (!matcher.lookingAt()) {
      return Optional.empty();
    }
    position = matcher.end();
    skipSpace();
    return Optional.of(matcher.toMatchResult());
  }

  /** Accepts a mark, if it is next, and the space after it. */
  public boolean accept(String mark) {
    if (!text.startsWith(mark, position)) {
      return false;
    }
    position += mark.length();
    skipSpace();
    return true;
  }

  /** Returns whether a mark is next. */
  public boolean startsWith(String mark) {
    return text.startsWith(mark, position);
  }

  /** Returns an error with the expected and the actual text here. */
  public SyntaxException expected(String wanted) {
    Matcher matcher = REST.matcher(text).region(position, text.length());
    String found = matcher.lookingAt() ? "\"" + matcher.group() + "\"" : "the end";
    return new SyntaxException(column(), "expected " + wanted + ", found " + found);
  }

  private void skipSpace() {
    Matcher matcher = SPACE.matcher(text).region(position, text.length());
    if (matcher.lookingAt()) {
      position = matcher.end();
    }
  }
}
