package dev.uprobe.agent.node;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * When each attachment was last reported: changes are told at once, counts at the attachment's
 * interval.
 */
final class ReportTimes {
  private final Map<String, Report> last = new HashMap<>();

  private record Report(long nanos, long version) {}

  /**
   * Tells whether an attachment is to be reported, and takes it that it then is.
   *
   * @param now by the clock of {@link System#nanoTime}
   */
  boolean isDue(String uid, long version, Duration interval, long now) {
    Report report = last.get(uid);
    if (report != null
        && report.version() == version
        && now - report.nanos() < interval.toNanos()) {
      return false;
    }
    last.put(uid, new Report(now, version));
    return true;
  }

  void forget(String uid) {
    last.remove(uid);
  }
}
