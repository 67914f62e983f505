package dev.uprobe.bench.report;

/**
 * One figure, and what it must be.
 *
 * @param what was measured
 * @param measured the figure, with its unit
 * @param bound what it must be; empty where nothing is asked
 * @param verdict whether it is
 */
public record Row(String what, String measured, String bound, Verdict verdict) {

  /** Whether a figure is what it must be. */
  public enum Verdict {
    MET("yes"),
    MISSED("NO"),
    NONE("");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** A figure that must not be above a limit. */
  public static Row atMost(String what, double measured, double limit, String unit) {
    return new Row(
        what,
        number(measured) + unit,
        "at most " + number(limit) + unit,
        measured <= limit ? Verdict.MET : Verdict.MISSED);
  }

  /** A figure that must not be below a limit. */
  public static Row atLeast(String what, double measured, double limit, String unit) {
    return new Row(
        what,
        number(measured) + unit,
        "at least " + number(limit) + unit,
        measured >= limit ? Verdict.MET : Verdict.MISSED);
  }

  /** A figure of which nothing is asked. */
  public static Row shown(String what, String measured) {
    return new Row(what, measured, "", Verdict.NONE);
  }

  private static String number(double value) {
    if (value == Math.rint(value)) {
      return "%.0f".formatted(value);
    }
    return (Math.abs(value) < 10 ? "%.3f" : "%.1f").formatted(value);
  }
}
