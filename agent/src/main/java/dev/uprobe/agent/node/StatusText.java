package dev.uprobe.agent.node;

/** Text of a status, which the API bounds. */
final class StatusText {
  private StatusText() {}

  /**
   * Returns the beginning of a text.
   *
   * @param length the most characters, as Java counts them; none is cut in half
   */
  static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    boolean isWithin = Character.isSurrogatePair(text.charAt(length - 1), text.charAt(length));
    return text.substring(0, isWithin ? length - 1 : length);
  }
}
