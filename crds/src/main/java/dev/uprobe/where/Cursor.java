package dev.uprobe.where;

import dev.uprobe.text.SyntaxException;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A place in a text that moves forward over what it accepts. */
final class Cursor {
  private static final Pattern SPACE = Pattern.compile("\\s*+");
  private static final Pattern REST = Pattern.compile("[A-Za-z_0-9.]++|\\S");

  private final String text;
  private int position;

  Cursor(String text) {
    this.text = text;
    skipSpace();
  }

  /** Returns the column of the next character that is no space, from 1. */
  int column() {
    return position + 1;
  }

  boolean atEnd() {
    return position == text.length();
  }

  /** Moves over what a pattern matches here, and over the space behind it. */
  Optional<MatchResult> accept(Pattern pattern) {
    Matcher matcher = pattern.matcher(text).region(position, text.length());
    // Look-aheads and word boundaries see what stands behind the match.
    matcher.useTransparentBounds(true);
    if (!matcher.lookingAt()) {
      return Optional.empty();
    }
    position = matcher.end();
    skipSpace();
    return Optional.of(matcher.toMatchResult());
  }

  boolean accept(String mark) {
    if (!text.startsWith(mark, position)) {
      return false;
    }
    position += mark.length();
    skipSpace();
    return true;
  }

  SyntaxException expected(String wanted) {
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
