package dev.uprobe.language.histogram;

import java.util.OptionalLong;

/**
 * How many numbers fell between two ends, both of which belong to the bucket.
 *
 * @param min empty where the bucket has no lower end
 * @param max empty where the bucket has no upper end
 */
public record Bucket(OptionalLong min, OptionalLong max, long count) {

  /** Tells whether two buckets have the same ends. */
  boolean isSame(Bucket other) {
    return min.equals(other.min) && max.equals(other.max);
  }

  Bucket withCount(long changed) {
    return new Bucket(min, max, changed);
  }

  /** Returns a key by which buckets that do not overlap are in the order of their numbers. */
  long order() {
    return min.orElse(Long.MIN_VALUE);
  }
}
