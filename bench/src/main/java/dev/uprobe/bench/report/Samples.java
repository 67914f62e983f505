package dev.uprobe.bench.report;

import java.util.List;
import java.util.stream.IntStream;

/** What several measurements of the same thing say together. */
public final class Samples {
  private Samples() {}

  /** Returns the middle one; of an even number the mean of the two in the middle. */
  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Returns the median of the ratios of measurements that were made side by side. */
  public static double medianRatio(List<Double> values, List<Double> over) {
    return median(
        IntStream.range(0, values.size()).mapToObj(i -> values.get(i) / over.get(i)).toList());
  }
}
