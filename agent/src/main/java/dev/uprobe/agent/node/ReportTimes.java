package dev.uprobe.agent.node;

import dev.uprobe.v1alpha1.UprobeAttachment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * When each attachment was last reported: changes are told at once, counts at the attachment's
 * interval.
 */
public final class ReportTimes {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);

  private final Map<String, Report> last = new HashMap<>();

  private record Report(long nanos, long version) {}

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
    Report report = last.get(uid);
    if (report != null
        && report.version() == version
        && now - report.nanos() < interval.toNanos()) {
      return false;
    }
    last.put(uid, new Report(now, version));
    return true;
  }

  /** Forgets an attachment that is gone. */
  public void forget(String uid) {
    last.remove(uid);
  }
}
