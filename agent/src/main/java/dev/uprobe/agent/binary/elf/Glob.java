package dev.uprobe.agent.binary.elf;

/**
 * A pattern over names: {@code *} is any text, {@code ?} any character, {@code [a-z]} one of a set
 * and {@code [!a-z]} one outside of it. Takes time of pattern length times name length at most,
 * which regular expressions do not promise.
 */
public final class Glob {
  private final String pattern;

  public Glob(String pattern) {
    this.pattern = pattern;
  }

  public static boolean isGlob(String text) {
    return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  public boolean matches(String name) {
    int p = 0;
    int n = 0;
    int star = -1;
    int starName = 0;
    while (n < name.length()) {
      int next = p < pattern.length() && pattern.charAt(p) != '*' ? step(p, name.charAt(n)) : -1;
      if (next >= 0) {
        p = next;
        n++;
      } else if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        starName = n;
      } else if (star >= 0) {
        p = star + 1;
        n = ++starName;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }

  /** Where the pattern goes on after this character; -1 where it does not match. */
  private int step(int p, char c) {
    char first = pattern.charAt(p);
    int close = first == '[' ? pattern.indexOf(']', p + 2) : -1;
    if (close < 0) {
      return first == '?' || first == c ? p + 1 : -1;
    }
    boolean negated = pattern.charAt(p + 1) == '!';
    return inSet(negated ? p + 2 : p + 1, close, c) != negated ? close + 1 : -1;
  }

  private boolean inSet(int from, int close, char c) {
    int at = from;
    while (at < close) {
      boolean range = at + 2 < close && pattern.charAt(at + 1) == '-';
      char last = pattern.charAt(range ? at + 2 : at);
      if (pattern.charAt(at) <= c && c <= last) {
        return true;
      }
      at += range ? 3 : 1;
    }
    return false;
  }
}
