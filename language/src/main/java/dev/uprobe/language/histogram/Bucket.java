package dev.uprobe.language.histogram;

import java.util.OptionalLong;

/**
 * The count of numbers between two bounds, both inclusive.
 *
 * @param min empty if the bucket has no lower bound
 * @param max empty if the bucket has no upper bound
 */
public record Bucket(OptionalLong min, OptionalLong max, long count) {

  /** Returns whether two buckets have the same bounds. */
  boolean isSame(Bucket other) {
    return min.equals(other.min) && max.equals(other.max);
  }

  Bucket withCount(long changed) {
    return new Bucket(min, max, changed);
  }

  /** Returns a sort key that orders disjoint buckets by their numbers. */
  long order() {
    return min.orElse(Long.MIN_VALUE);
  }
}
