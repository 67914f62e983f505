package dev.uprobe.agent.events.text;

import dev.uprobe.language.histogram.Bucket;
import dev.uprobe.language.histogram.BucketScheme;
import dev.uprobe.language.histogram.Distribution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** A histogram as lines of text, in the form of bpftrace's. */
final class HistogramText {
  private static final int BAR = 52;
  private static final String UNITS = " KMGTPE";
  private static final int UNIT = 1024;

  private HistogramText() {}

  /** Returns a line for each bucket from the first to the last that is not empty. */
  static List<String> lines(BucketScheme scale, Distribution kept) {
    List<String> lines = new ArrayList<>();
    long most = kept.buckets().stream().mapToLong(Bucket::count).max().orElse(0);
    int filled = 0;
    for (int i = 0; i < scale.size() && filled < kept.buckets().size(); i++) {
      Bucket next = kept.buckets().get(filled);
      boolean isFilled = scale.bucket(i, next.count()).equals(next);
      if (isFilled || filled > 0) {
        lines.add(line(isFilled ? next : scale.bucket(i, 0), most));
      }
      filled += isFilled ? 1 : 0;
    }
    return lines;
  }

  private static String line(Bucket bucket, long most) {
    int bar = (int) ((double) bucket.count() / most * BAR);
    return String.format(
        Locale.ROOT,
        "%-16s %9d |%-" + BAR + "s|",
        ends(bucket.min(), bucket.max()),
        bucket.count(),
        "@".repeat(bar));
  }

  private static String ends(OptionalLong min, OptionalLong max) {
    if (min.isPresent() && min.equals(max)) {
      return "[" + number(min.getAsLong()) + "]";
    }
    return (min.isPresent() ? "[" + number(min.getAsLong()) : "(...")
        + ", "
        + (max.isPresent() ? behind(max.getAsLong()) : "...")
        + ")";
  }

  /** The end of a bucket does not belong to it, as bpftrace shows it. */
  private static String behind(long max) {
    return max == Long.MAX_VALUE ? "8E" : number(max + 1);
  }

  private static String number(long number) {
    if (number == Long.MAX_VALUE) {
      return "8E";
    }
    long rest = number;
    int unit = 0;
    while (rest != 0 && rest % UNIT == 0) {
      rest /= UNIT;
      unit++;
    }
    return rest + (unit == 0 ? "" : String.valueOf(UNITS.charAt(unit)));
  }
}
