package dev.uprobe.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.AggregateSummary;
import dev.uprobe.api.v1alpha1.BucketReport;
import dev.uprobe.api.v1alpha1.ProbeReport;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.language.histogram.Bucket;
import dev.uprobe.language.histogram.Distribution;
import dev.uprobe.language.histogram.Reports;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AggregatesTest {
  private static final List<ProbeSpec> SPEC =
      List.of(
          Serialization.unmarshal(
              "name: sizes\nsymbol: malloc\naggregate: {histogram: size}", ProbeSpec.class),
          Serialization.unmarshal("name: events\nsymbol: free", ProbeSpec.class));

  /** A node's histogram of size with so many calls of 0, and of 8 to 15. */
  private static ProbeReport node(String of, long zeroes, long eights, long max) {
    Distribution kept =
        new Distribution(
            List.of(bucket(0, 0, zeroes), bucket(8, 15, eights)), 7, OptionalLong.of(max));
    return new ProbeReport(
        "sizes", 1, zeroes + eights, 0, 0, 0, 0, null, null, Reports.report(of, kept));
  }

  private static Bucket bucket(long min, long max, long count) {
    return new Bucket(OptionalLong.of(min), OptionalLong.of(max), count);
  }

  private static List<AggregateSummary> of(List<AggregateSummary> before, ProbeReport... live) {
    return Aggregates.of(SPEC, before, Arrays.asList(live));
  }

  @Test
  void theNodesBucketsAreAddedAndPercentilesAreThoseOfTheSum() {
    assertEquals(
        List.of(
            new AggregateSummary(
                "sizes",
                "size",
                100,
                0L,
                11L,
                11L,
                12L,
                List.of(new BucketReport(0L, 0L, 60), new BucketReport(8L, 15L, 40)),
                List.of())),
        of(List.of(), node("size", 50, 10, 9), node("size", 10, 30, 12)));
  }

  @Test
  void whatANodeThatIsGoneHasCountedStays() {
    List<AggregateSummary> both = of(List.of(), node("size", 5, 1, 9), node("size", 1, 3, 12));
    List<AggregateSummary> one = of(both, node("size", 6, 1, 9));

    assertEquals(10, one.get(0).count());
    assertEquals(List.of(new BucketReport(8L, 15L, 3)), one.get(0).carriedOver());
    assertEquals(12, one.get(0).max());
    assertEquals(10, of(one).get(0).count());
    assertEquals(12, of(one, node("size", 8, 1, 9)).get(0).count());
    assertEquals(one, of(one, node("size", 6, 1, 9)));
  }

  @Test
  void anotherNumberBeginsAnew() {
    List<AggregateSummary> before = of(List.of(), node("size", 5, 1, 9));
    AggregateSummary after = of(before, node("size, 8 buckets of 8 from 0", 2, 0, 0)).get(0);

    assertEquals(2, after.count());
    assertEquals(List.of(), after.carriedOver());
  }

  @Test
  void probesThatAreNoneOfTheSpecAreLeftOut() {
    List<AggregateSummary> before = of(List.of(), node("size", 5, 1, 9));

    assertEquals(
        List.of(), Aggregates.of(SPEC.subList(1, 2), before, List.of(node("size", 5, 1, 9))));
    assertEquals(List.of(), of(List.of()));
  }
}
