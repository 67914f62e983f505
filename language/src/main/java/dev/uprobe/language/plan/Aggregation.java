package dev.uprobe.language.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel keeps of all calls instead of sending an event for each.
 *
 * @param histogram the number whose distribution is kept; empty to count calls only
 * @param by what tells groups of calls apart; empty for one group
 * @param interval after which the groups that have changed are written again
 */
public record Aggregation(Optional<Histogram> histogram, List<Key> by, Duration interval) {
  /** The most keys that a group has. */
  public static final int MAX_KEYS = 2;

  /** The most bytes of a string that tell groups apart; it may be shown as longer than that. */
  public static final int MAX_TEXT = 32;

  /** What {@link #text} begins with where the number is the time that a call takes. */
  public static final String DURATIONS = "duration in nanoseconds";

  public Aggregation {
    by = List.copyOf(by);
  }

  /** Returns what is aggregated; numbers of which this differs cannot be put together. */
  public String text() {
    return histogram.map(Histogram::text).orElse("calls");
  }

  /**
   * A distribution of a number.
   *
   * @param name how the number is called, as a condition calls it
   * @param of the number: a {@link ValueType.Whole}
   * @param linear equal buckets; empty for one bucket for each power of two
   */
  public record Histogram(String name, Operand of, Optional<Linear> linear) {

    /** Returns the type of the number. */
    public ValueType.Whole type() {
      return (ValueType.Whole) of.type();
    }

    /** Tells whether the number is the time that a call takes, in nanoseconds. */
    public boolean isDuration() {
      return of.source() instanceof Source.Duration;
    }

    private String text() {
      return (isDuration() ? DURATIONS : name) + linear.map(each -> ", " + each.text()).orElse("");
    }
  }

  /**
   * Buckets of equal width.
   *
   * @param from the least number of the first bucket
   * @param width of each bucket, at least 1
   * @param count how many buckets there are, beside those for what is less and what is more
   */
  public record Linear(long from, long width, int count) {
    /** The most buckets, beside those for what is less and what is more. */
    public static final int MAX_COUNT = 64;

    private String text() {
      return count + " buckets of " + width + " from " + from;
    }
  }

  /** Something that is the same for all calls of a group. */
  public sealed interface Key {

    /** Returns how output names it. */
    String name();

    /** A value that is captured. */
    record Captured(String name) implements Key {}

    /** The function that was called. */
    record Function() implements Key {

      @Override
      public String name() {
        return "function";
      }
    }

    /** The name of the thread. */
    record Comm() implements Key {

      @Override
      public String name() {
        return "comm";
      }
    }

    /** The process. */
    record Pid() implements Key {

      @Override
      public String name() {
        return "pid";
      }
    }

    /** The container, with its pod. */
    record Container() implements Key {

      @Override
      public String name() {
        return "container";
      }
    }
  }
}
