package dev.uprobe.language.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.AggregateReport;
import dev.uprobe.api.v1alpha1.BucketReport;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistributionTest {
  private static final OptionalLong NONE = OptionalLong.empty();

  private static Bucket bucket(long min, long max, long count) {
    return new Bucket(OptionalLong.of(min), OptionalLong.of(max), count);
  }

  private static Distribution of(long max, Bucket... buckets) {
    return new Distribution(Arrays.asList(buckets), 0, OptionalLong.of(max));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "50, 50", "90, 90", "99, 99", "100, 100"})
  void numbersAreTakenToLieEvenlyInTheirBucket(int percent, long number) {
    assertEquals(OptionalLong.of(number), of(1000, bucket(0, 100, 10)).percentile(percent));
  }

  @Test
  void aPercentileIsInTheBucketThatReachesIt() {
    Distribution most = of(4000, bucket(1, 1, 98), bucket(2048, 4095, 2));

    assertEquals(OptionalLong.of(1), most.percentile(50));
    assertEquals(OptionalLong.of(1), most.percentile(98));
    assertEquals(OptionalLong.of((2048 + 4000) / 2), most.percentile(99));
    assertEquals(OptionalLong.of(4000), most.percentile(100));
  }

  @Test
  void noPercentileIsAboveTheGreatestNumber() {
    assertEquals(OptionalLong.of(5), of(5, bucket(4, 7, 1)).percentile(100));
    Bucket open = new Bucket(OptionalLong.of(100), NONE, 4);
    assertEquals(OptionalLong.of(150), of(200, open).percentile(50));
    assertEquals(OptionalLong.of(200), of(200, open).percentile(100));
  }

  @Test
  void numbersInABucketWithoutALowerEndAreTakenToLieAtItsUpperEnd() {
    Bucket negative = new Bucket(NONE, OptionalLong.of(-1), 3);

    assertEquals(OptionalLong.of(-1), of(7, negative, bucket(4, 7, 1)).percentile(50));
    assertEquals(OptionalLong.of(-5), of(-5, negative).percentile(50));
  }

  @Test
  void widestBucketsDoNotOverflow() {
    Bucket widest = bucket(1L << 62, Long.MAX_VALUE, 2);

    assertEquals(
        OptionalLong.of((1L << 62) + (1L << 61) - 1), of(Long.MAX_VALUE, widest).percentile(50));
    assertEquals(OptionalLong.of(Long.MAX_VALUE), of(Long.MAX_VALUE, widest).percentile(100));
  }

  @Test
  void callsThatAreOnlyCountedHaveNoPercentiles() {
    Distribution counted = new Distribution(List.of(new Bucket(NONE, NONE, 7)), 0, NONE);

    assertEquals(7, counted.count());
    assertEquals(NONE, counted.percentile(50));
    assertEquals(NONE, Distribution.EMPTY.percentile(50));
  }

  @Test
  void distributionsAreAddedBucketByBucket() {
    Distribution one = new Distribution(List.of(bucket(0, 0, 1), bucket(4, 7, 2)), 10, max(5));
    Distribution other = new Distribution(List.of(bucket(2, 3, 3), bucket(4, 7, 4)), 32, max(7));

    assertEquals(
        new Distribution(List.of(bucket(0, 0, 1), bucket(2, 3, 3), bucket(4, 7, 6)), 42, max(7)),
        one.plus(other));
    assertEquals(one, one.plus(Distribution.EMPTY));
    assertEquals(one, Distribution.EMPTY.plus(one));
  }

  @Test
  void whatIsInNoOtherAnyMoreNeverShrinks() {
    Distribution all = of(9, bucket(0, 0, 10), bucket(4, 7, 6));
    Distribution known = of(9, bucket(0, 0, 2));

    assertEquals(
        of(9, bucket(0, 0, 3), bucket(4, 7, 6)), all.without(of(3, bucket(0, 0, 7)), known));
    assertEquals(
        of(9, bucket(0, 0, 2)),
        all.without(of(9, bucket(0, 0, 50), bucket(2, 3, 1), bucket(4, 7, 6)), known));
  }

  @Test
  void aReportSaysTheSame() {
    Distribution kept =
        of(300, new Bucket(NONE, max(-1), 1), bucket(0, 9, 8), new Bucket(max(10), NONE, 1));
    AggregateReport report = Reports.report("size", kept);

    assertEquals(
        new AggregateReport(
            "size",
            10,
            4L,
            9L,
            271L,
            300L,
            0L,
            List.of(
                new BucketReport(null, -1L, 1),
                new BucketReport(0L, 9L, 8),
                new BucketReport(10L, null, 1))),
        report);
    assertEquals(kept, Reports.distribution(report));
  }

  private static OptionalLong max(long number) {
    return OptionalLong.of(number);
  }
}
