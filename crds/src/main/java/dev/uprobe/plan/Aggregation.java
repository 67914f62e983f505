package dev.uprobe.plan;

import java.util.List;
import java.util.Optional;

/**
 * What the kernel keeps of all calls instead of sending an event for each.
 *
 * @param histogram the number whose distribution is kept; empty to count calls only
 * @param by what tells groups of calls apart; empty for one group
 */
public record Aggregation(Optional<Histogram> histogram, List<Key> by) {

  public Aggregation {
    by = List.copyOf(by);
  }

  /**
   * A distribution of a number.
   *
   * @param name how the number is called, as a condition calls it
   * @param of the number
   * @param linear equal buckets; empty for one bucket for each power of two
   */
  public record Histogram(String name, Operand of, Optional<Linear> linear) {}

  /**
   * Buckets of equal width.
   *
   * @param from the least number of the first bucket
   * @param width of each bucket, at least 1
   * @param count how many buckets there are, beside those for what is less and what is more
   */
  public record Linear(long from, long width, int count) {}

  /** Something that is the same for all calls of a group. */
  public sealed interface Key {

    /** Returns how output names it. */
    String name();

    /** A value that is captured. */
    record Captured(String name) implements Key {}

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
