package dev.uprobe.language.histogram;

import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.Aggregation.Histogram;
import dev.uprobe.language.plan.Aggregation.Linear;
import dev.uprobe.language.plan.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The histogram buckets of a number; bpf/aggregate.h uses the same scheme.
 *
 * <p>Numbers of 2^63 and more (unsigned) are reported as 2^63-1.
 *
 * @param type of the numbers; empty where calls are only counted, which takes one bucket
 * @param linear equal buckets; empty for one bucket for each power of two
 */
public record BucketScheme(Optional<ValueType.Whole> type, Optional<Linear> linear) {
  private static final OptionalLong NONE = OptionalLong.empty();

  /** Returns the scale of an aggregation. */
  public static BucketScheme of(Aggregation aggregation) {
    return new BucketScheme(
        aggregation.histogram().map(Histogram::type),
        aggregation.histogram().flatMap(Histogram::linear));
  }

  /** Returns how many buckets there are. */
  public int size() {
    if (type.isEmpty()) {
      return 1;
    }
    int bits = Byte.SIZE * type.get().bytes() - (type.get().signed() ? 1 : 0);
    // Plus two: negative numbers and zero; or smaller and larger numbers.
    return 2 + linear.map(Linear::count).orElse(bits);
  }

  /**
   * Returns a bucket.
   *
   * @param index from 0 to {@code size() - 1}
   */
  public Bucket bucket(int index, long count) {
    if (type.isEmpty()) {
      return new Bucket(NONE, NONE, count);
    }
    return linear
        .map(each -> linearBucket(each, index, count))
        .orElseGet(() -> powerBucket(index, count));
  }

  private static Bucket linearBucket(Linear linear, int index, long count) {
    long from = linear.from() + (index - 1) * linear.width();
    if (index == 0) {
      return new Bucket(NONE, OptionalLong.of(linear.from() - 1), count);
    }
    return new Bucket(
        OptionalLong.of(from),
        index > linear.count() ? NONE : OptionalLong.of(from + linear.width() - 1),
        count);
  }

  private static Bucket powerBucket(int index, long count) {
    if (index == 0) {
      return new Bucket(NONE, OptionalLong.of(-1), count);
    }
    if (index == 1) {
      return new Bucket(OptionalLong.of(0), OptionalLong.of(0), count);
    }
    if (index == Long.SIZE + 1) {
      return new Bucket(OptionalLong.of(Long.MAX_VALUE), NONE, count);
    }
    return new Bucket(
        OptionalLong.of(1L << (index - 2)), OptionalLong.of((1L << (index - 1)) - 1), count);
  }

  /** Returns the maximum that the kernel recorded. */
  public long max(long kept) {
    if (type.map(ValueType.Whole::signed).orElse(false)) {
      return kept ^ Long.MIN_VALUE;
    }
    return kept < 0 ? Long.MAX_VALUE : kept;
  }

  /**
   * Returns the distribution that the kernel recorded.
   *
   * @param counts one for each bucket
   */
  public Distribution distribution(long[] counts, long sum, long kept) {
    List<Bucket> filled =
        IntStream.range(0, counts.length)
            .filter(each -> counts[each] != 0)
            .mapToObj(each -> bucket(each, counts[each]))
            .toList();
    if (type.isEmpty() || filled.isEmpty()) {
      return new Distribution(filled, 0, NONE);
    }
    // A call may already be counted in its bucket but not yet in the maximum.
    long least = filled.get(filled.size() - 1).min().orElse(Long.MIN_VALUE);
    return new Distribution(filled, sum, OptionalLong.of(Math.max(max(kept), least)));
  }
}
