package dev.uprobe.agent.events.json;

/**
 * Decimal digits as they are written.
 *
 * <p>The agent's code is compiled by the quick compiler only, which leaves every division to the
 * processor: ten times the time of a multiplication.
 */
final class Digits {
  private static final int[] POWERS = {
    10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  private Digits() {}

  /** Returns how many digits a number has that is not negative. */
  static int count(int number) {
    int count = 0;
    while (count < POWERS.length && number >= POWERS[count]) {
      count++;
    }
    return count + 1;
  }

  /** Writes a number that is not negative in so many digits, with zeros in front. */
  static void write(int number, int count, byte[] to, int at) {
    int rest = number;
    for (int i = at + count - 1; i >= at; i--) {
      // The tenth of any number of 32 bits.
      int tenth = (int) (rest * 0xCCCCCCCDL >>> 35);
      to[i] = (byte) ('0' + rest - 10 * tenth);
      rest = tenth;
    }
  }
}
