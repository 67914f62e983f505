package dev.uprobe.agent.node;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When each attachment is reported: changes are told at once, counts at the attachment's interval.
 *
 * <p>A change may be one of all nodes, such as a new trace. So that their agents do not write
 * together ever after, the first counts follow a change by a part of the interval that is another
 * for each attachment.
 */
public final class ReportTimes {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);

  private final Map<String, Report> reports = new HashMap<>();

  /**
   * The latest report of an attachment.
   *
   * @param next when its counts are due again
   */
  private record Report(long next, long version) {}

  /** Returns how long it is from one report of an attachment's counts to the next. */
  public static Duration interval(UprobeAttachment attachment) {
    return Optional.ofNullable(attachment.getSpec().reportIntervalSeconds())
        .map(Duration::ofSeconds)
        .orElse(DEFAULT_INTERVAL);
  }

  /**
   * Tells whether an attachment is to be reported, and takes it that it then is.
   *
   * @param now by the clock of {@link System#nanoTime}
   */
  public boolean isDue(String uid, long version, Duration interval, long now) {
    Report report = reports.get(uid);
    boolean isChange = report == null || report.version() != version;
    if (!isChange && now - report.next() < 0) {
      return false;
    }
    long pause = isChange ? part(uid, interval) : interval.toNanos();
    reports.put(uid, new Report(now + pause, version));
    return true;
  }

  private static long part(String uid, Duration interval) {
    double part = (double) Integer.toUnsignedLong(uid.hashCode()) / (1L << Integer.SIZE);
    return (long) (part * interval.toNanos());
  }

  /** Forgets an attachment that is gone. */
  public void forget(String uid) {
    reports.remove(uid);
  }
}
