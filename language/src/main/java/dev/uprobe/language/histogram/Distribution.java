package dev.uprobe.language.histogram;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongBinaryOperator;
import java.util.stream.Stream;

/**
 * A histogram of numbers.
 *
 * @param buckets those that are not empty, in order; they do not overlap
 * @param sum of all numbers, modulo 2^64
 * @param max the largest number; empty if only calls are counted, or there was none
 */
public record Distribution(List<Bucket> buckets, long sum, OptionalLong max) {
  public static final Distribution EMPTY = new Distribution(List.of(), 0, OptionalLong.empty());

  public Distribution {
    buckets =
        buckets.stream()
            .filter(each -> each.count() != 0)
            .sorted(Comparator.comparingLong(Bucket::order))
            .toList();
  }

  /** Returns how many numbers there were. */
  public long count() {
    return buckets.stream().mapToLong(Bucket::count).sum();
  }

  /** Merges two distributions with the same bucket scheme. */
  public Distribution plus(Distribution other) {
    return combined(other, Long::sum, sum + other.sum);
  }

  /**
   * Returns the part of this distribution that is no longer in another one, and never less than the
   * known part, because the counts of a trace must not decrease.
   *
   * @param known the part that was found to be in no other before
   */
  public Distribution without(Distribution other, Distribution known) {
    return combined(other, (here, there) -> Math.max(0, here - there), sum - other.sum)
        .combined(known, Math::max, sum);
  }

  private Distribution combined(Distribution other, LongBinaryOperator operator, long newSum) {
    List<Bucket> combined = new ArrayList<>();
    for (Bucket each : buckets) {
      combined.add(
          each.withCount(operator.applyAsLong(each.count(), countOf(other.buckets, each))));
    }
    for (Bucket each : other.buckets) {
      if (countOf(buckets, each) == 0) {
        combined.add(each.withCount(operator.applyAsLong(0, each.count())));
      }
    }
    return new Distribution(combined, newSum, greater(max, other.max));
  }

  private static long countOf(List<Bucket> buckets, Bucket wanted) {
    return buckets.stream().filter(wanted::isSame).mapToLong(Bucket::count).findFirst().orElse(0);
  }

  private static OptionalLong greater(OptionalLong one, OptionalLong other) {
    return Stream.of(one, other).flatMapToLong(OptionalLong::stream).max();
  }

  /**
   * Returns a percentile. It assumes that numbers are spread evenly within a bucket; in a bucket
   * without a lower bound, that they are at its upper bound.
   *
   * @param percent from 1 to 100
   * @return empty if only calls are counted, or there was no number
   */
  public OptionalLong percentile(int percent) {
    if (max.isEmpty()) {
      return OptionalLong.empty();
    }
    double rank = percent / 100.0 * count();
    long below = 0;
    for (Bucket each : buckets) {
      if (below + each.count() >= rank) {
        return OptionalLong.of(within(each, (rank - below) / each.count()));
      }
      below += each.count();
    }
    return max;
  }

  private long within(Bucket bucket, double part) {
    long upper = Math.min(bucket.max().orElse(Long.MAX_VALUE), max.getAsLong());
    if (bucket.min().isEmpty()) {
      return upper;
    }
    long lower = Math.min(bucket.min().getAsLong(), upper);
    BigDecimal width = BigDecimal.valueOf(upper).subtract(BigDecimal.valueOf(lower));
    return width
        .multiply(BigDecimal.valueOf(part))
        .add(BigDecimal.valueOf(lower))
        .setScale(0, RoundingMode.FLOOR)
        .longValueExact();
  }
}
