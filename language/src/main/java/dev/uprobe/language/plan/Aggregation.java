package dev.uprobe.language.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Aggregation in the kernel, instead of an event for each call.
 *
 * @param histogram the number to build a histogram of; empty to only count calls
 * @param by keys to group calls by; empty for one group
 * @param interval after which changed groups are written again
 */
public record Aggregation(Optional<Histogram> histogram, List<Key> by, Duration interval) {
  /** The most keys that a group has. */
  public static final int MAX_KEYS = 2;

  /** Maximum number of bytes of a string that identify a group; output may show a longer string. */
  public static final int MAX_TEXT = 32;

  /** Prefix of {@link #text} if the number is the duration of a call. */
  public static final String DURATIONS = "duration in nanoseconds";

  public Aggregation {
    by = List.copyOf(by);
  }

  /**
   * Returns a description of what is aggregated; distributions with different texts cannot be
   * merged.
   */
  public String text() {
    return histogram.map(Histogram::text).orElse("calls");
  }

  /**
   * A histogram of a number.
   *
   * @param name name of the number, as in conditions
   * @param of the number: a {@link ValueType.Whole}
   * @param linear equal buckets; empty for one bucket for each power of two
   */
  public record Histogram(String name, Operand of, Optional<Linear> linear) {

    /** Returns the type of the number. */
    public ValueType.Whole type() {
      return (ValueType.Whole) of.type();
    }

    /** Returns whether the number is the duration of a call, in nanoseconds. */
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
   * @param count number of buckets, without the two for smaller and larger numbers
   */
  public record Linear(long from, long width, int count) {
    /** Maximum number of buckets, without the two for smaller and larger numbers. */
    public static final int MAX_COUNT = 64;

    private String text() {
      return count + " buckets of " + width + " from " + from;
    }
  }

  /** A key that is the same for all calls of a group. */
  public sealed interface Key {

    /** Returns its name in output. */
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
