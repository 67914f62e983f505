package dev.uprobe.kube;

/** Cuts text to the length that the API allows. */
public final class StatusText {
  private static final String DOTS = "...";

  private StatusText() {}

  /**
   * Truncates a text, without splitting a character.
   *
   * @param length at most this many UTF-16 units
   */
  public static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    boolean isWithin = Character.isSurrogatePair(text.charAt(length - 1), text.charAt(length));
    return text.substring(0, isWithin ? length - 1 : length);
  }

  /** Truncates a text, with dots in place of the rest. */
  public static String shorten(String text, int length) {
    return text.length() <= length ? text : cut(text, length - DOTS.length()) + DOTS;
  }
}
