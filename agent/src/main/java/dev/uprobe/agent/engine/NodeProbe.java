package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.process.files.Fingerprint;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/**
 * One probe of a trace on this node, and who has the files that it is attached to.
 *
 * <p>A file is let go when nobody has had it for a while: a probe keeps its inode, and the space of
 * a deleted image with it.
 */
final class NodeProbe {
  /** A container that is restarted is away for a moment. */
  private static final Duration KEPT_UNUSED = Duration.ofMinutes(1);

  private final FileProbe into;
  private final Map<Fingerprint, UsedFile> used = new HashMap<>();

  NodeProbe(FileProbe into) {
    this.into = into;
  }

  /** A file, and who has it. */
  private static final class UsedFile {
    private final Set<Object> users = new HashSet<>();
    private long usedAt;
  }

  ProbePlan plan() {
    return into.probe().asked();
  }

  AttachedProbe probe() {
    return into.probe();
  }

  /**
   * Attaches to a file, once however many have it.
   *
   * @param users who has it: containers, or processes
   * @param now by the clock of {@link System#nanoTime}
   */
  AttachResult attach(TargetFile file, Set<?> users, long now) {
    try {
      UsedFile state = used.computeIfAbsent(into.key(file), key -> new UsedFile());
      state.users.addAll(users);
      state.usedAt = now;
    } catch (IOException e) {
      return AttachResult.Failed.of(e);
    }
    return into.attach(file, now);
  }

  /**
   * Forgets files whose content has changed.
   *
   * @return whether the probe has to be attached to some of them again
   */
  boolean forgetChangedFiles(long now) {
    boolean isWaiting = into.awaitsWriter();
    boolean isNew = !into.forgetChanged(now).isEmpty();
    used.keySet().removeIf(each -> !into.knows(each));
    return isNew || isWaiting;
  }

  /** Ends the watches of its files, once it is detached from all of them. */
  void close() {
    into.close();
    used.clear();
  }

  /** Detaches from files that none of the given users has had for a while. */
  void retain(Set<?> users, long now) {
    Iterator<Map.Entry<Fingerprint, UsedFile>> all = used.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Fingerprint, UsedFile> each = all.next();
      UsedFile file = each.getValue();
      file.users.retainAll(users);
      if (!file.users.isEmpty()) {
        file.usedAt = now;
      } else if (now - file.usedAt > KEPT_UNUSED.toNanos()) {
        into.detach(each.getKey());
        all.remove();
      }
    }
  }
}
