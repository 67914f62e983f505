package dev.uprobe.language.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.language.plan.Aggregation.Linear;
import dev.uprobe.language.plan.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketSchemeTest {
  private static BucketScheme powers(int bytes, boolean signed) {
    return new BucketScheme(Optional.of(new ValueType.Whole(bytes, signed)), Optional.empty());
  }

  private static BucketScheme linear(long from, long width, int count) {
    return new BucketScheme(
        Optional.of(new ValueType.Whole(8, true)), Optional.of(new Linear(from, width, count)));
  }

  @ParameterizedTest
  @CsvSource({"1, true, 127", "1, false, 255", "4, true, 2147483647", "4, false, 4294967295"})
  void theLastBucketEndsWhereTheTypeDoes(int bytes, boolean signed, long end) {
    BucketScheme scale = powers(bytes, signed);

    assertEquals(OptionalLong.of(end), scale.bucket(scale.size() - 1, 0).max());
  }

  @ParameterizedTest
  @CsvSource({"8, true", "8, false", "2, false"})
  void bucketsLeaveNoGap(int bytes, boolean signed) {
    assertNoGap(powers(bytes, signed));
  }

  @Test
  void equalBucketsLeaveNoGap() {
    assertNoGap(linear(-7, 3, 5));
    assertEquals(OptionalLong.of(-8), linear(-7, 3, 5).bucket(0, 0).max());
    assertEquals(OptionalLong.of(8), linear(-7, 3, 5).bucket(6, 0).min());
  }

  private static void assertNoGap(BucketScheme scale) {
    assertEquals(OptionalLong.empty(), scale.bucket(0, 0).min());
    for (int i = 1; i < scale.size(); i++) {
      long before = scale.bucket(i - 1, 0).max().getAsLong();
      // The last bucket of 64 unsigned bits begins where a long ends.
      long expected = before == Long.MAX_VALUE ? before : before + 1;
      assertEquals(expected, scale.bucket(i, 0).min().getAsLong(), "bucket " + i);
    }
  }

  @Test
  void theGreatestNumberIsToldAsItsTypeHasIt() {
    assertEquals(-5, powers(8, true).max(-5 ^ Long.MIN_VALUE));
    assertEquals(5, powers(8, false).max(5));
    assertEquals(Long.MAX_VALUE, powers(8, false).max(-1));
  }

  @Test
  void theGreatestNumberIsNotBelowItsBucket() {
    long[] counts = new long[65];
    counts[6] = 1;
    assertEquals(
        OptionalLong.of(16), powers(8, true).distribution(counts, 20, 3 ^ Long.MIN_VALUE).max());
  }

  @Test
  void callsThatAreCountedHaveOneBucket() {
    BucketScheme scale = new BucketScheme(Optional.empty(), Optional.empty());
    OptionalLong none = OptionalLong.empty();

    assertEquals(1, scale.size());
    assertEquals(
        new Distribution(List.of(new Bucket(none, none, 7)), 0, none),
        scale.distribution(new long[] {7}, 0, 0));
  }
}
