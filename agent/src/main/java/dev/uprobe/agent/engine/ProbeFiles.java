package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.process.files.Fingerprint;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.watch.WatchedFile;
import dev.uprobe.agent.process.watch.WatchedFiles;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files that a probe is attached to, or does not fit. Each is attached to once: containers of
 * one image show one file on several devices. Used by the tracing thread.
 *
 * <p>A file whose content changes becomes unknown: whoever notices the change has taken the probe
 * off already. A file that nobody has used for a while is let go: a probe keeps its inode, and the
 * space of a deleted image with it.
 */
final class ProbeFiles {
  /** A container that is restarted is away for a moment. */
  private static final Duration KEPT_UNUSED = Duration.ofMinutes(1);

  /** Files that the probe did not fit are watched too, for they may be replaced in place. */
  private static final int MAX_WATCHED_FAILURES = 16;

  private final FileAttacher attacher;
  private final WatchedFiles watched;
  private final TraceListener listener;
  private final Map<Fingerprint, KnownFile> files = new HashMap<>();

  /** Other times of files that are known by their first ones: links and modes change those too. */
  private final Map<Fingerprint, Fingerprint> otherTimes = new HashMap<>();

  private final Map<Fingerprint, Usage> usages = new HashMap<>();

  /** Files that need no other look, whoever maps them. */
  private final Set<FileIdentity> done = new HashSet<>();

  /** Files that the probe was taken off, for their content has changed. */
  private final List<ChangedFile> changed = new ArrayList<>();

  private final Rewrites rewrites = new Rewrites();

  ProbeFiles(FileAttacher attacher, WatchedFiles watched, TraceListener listener) {
    this.attacher = attacher;
    this.watched = watched;
    this.listener = listener;
  }

  /**
   * A file that was tried.
   *
   * @param content empty where nobody is to notice that it changes
   * @param isIncomplete whether it was being written
   */
  private record KnownFile(
      String path,
      FileIdentity identity,
      AttachAttempt attempt,
      Optional<WatchedFile> content,
      boolean isIncomplete) {
    boolean isChanged() {
      return content.filter(WatchedFile::isChanged).isPresent();
    }

    boolean isWatched() {
      return content.filter(WatchedFile::isWatched).isPresent();
    }
  }

  /**
   * A file from which the probe was taken off.
   *
   * @param path as users call it
   * @param inode its number, which writing does not change
   */
  record ChangedFile(String path, long inode) {}

  /** Who has a file. */
  private static final class Usage {
    private final Set<Object> users = new HashSet<>();
    private long usedAt;
  }

  AttachedProbe probe() {
    return attacher.probe();
  }

  /** Returns the plan as it was asked for, which may be deferred. */
  ProbePlan plan() {
    return probe().asked();
  }

  /**
   * Attaches to the functions of a file, if the probe is not on it already. A file that it did not
   * fit is tried again after a while.
   *
   * @param users who has the file: containers, or processes
   * @param now by the clock of {@link System#nanoTime}
   */
  AttachResult attach(TargetFile file, Set<?> users, long now) {
    AttachResult result;
    try {
      Fingerprint key = key(file);
      Usage usage = usages.computeIfAbsent(key, unused -> new Usage());
      usage.users.addAll(users);
      usage.usedAt = now;
      Optional<KnownFile> last = Optional.ofNullable(files.get(key));
      if (last.filter(each -> isSettled(each.attempt(), now)).isEmpty()) {
        files.put(key, attempt(file, key, last, now));
      }
      result = files.get(key).attempt().result();
    } catch (IOException e) {
      result =
          new AttachResult.Failed(
              AttachReason.ATTACH_FAILED, file.displayPath() + " cannot be inspected", "");
    }
    // Where changes are not noticed, every process that maps the file is a reason to look at it.
    if (!(result instanceof AttachResult.Pending) && noticesChanges()) {
      done.add(file.identity());
    }
    listener.tried(attacher.plan(), result);
    return result;
  }

  private KnownFile attempt(TargetFile file, Fingerprint key, Optional<KnownFile> last, long now) {
    // Watched before it is read: what is found is true until the file changes.
    WatchedFile content = watched.watch(file.path(), file.displayPath());
    last.flatMap(KnownFile::content).ifPresent(watched::release);
    boolean isIncomplete =
        content.isBeingWritten() || key.size() == 0 || rewrites.areTooMany(key.inode(), now);
    AttachResult result =
        isIncomplete ? FileAttacher.beingWritten(file) : attacher.attach(file, key, content);
    Outcome outcome = Outcome.of(List.of(result));
    AttachAttempt attempt =
        last.map(each -> each.attempt().next(outcome, now))
            .orElse(AttachAttempt.first(outcome, now));
    boolean isToBeWatched =
        !(result instanceof AttachResult.Failed) || watchedFailures() < MAX_WATCHED_FAILURES;
    if (!isToBeWatched) {
      watched.release(content);
    }
    return new KnownFile(
        file.displayPath(),
        file.identity(),
        attempt,
        isToBeWatched ? Optional.of(content) : Optional.empty(),
        isIncomplete);
  }

  private long watchedFailures() {
    return files.values().stream()
        .filter(each -> each.attempt().result() instanceof AttachResult.Failed && each.isWatched())
        .count();
  }

  /**
   * Returns by what the probe knows a file, whatever its times are now.
   *
   * @throws IOException if the file cannot be inspected
   */
  private Fingerprint key(TargetFile file) throws IOException {
    Fingerprint found = Fingerprint.of(file.path());
    Fingerprint key = otherTimes.getOrDefault(found, found);
    if (files.containsKey(key) && files.get(key).isChanged()) {
      detach(key);
      key = found;
    }
    if (!files.containsKey(key)) {
      for (Fingerprint each : List.copyOf(files.keySet())) {
        if (each.inode() == found.inode()) {
          if (isSame(files.get(each), file)) {
            otherTimes.put(found, each);
            return each;
          }
          detachIfUnnoticed(each, file);
        }
      }
    }
    return key;
  }

  /** The kernel gives all paths of one inode the same watch. */
  private boolean isSame(KnownFile known, TargetFile file) {
    if (!known.isWatched() || known.isChanged()) {
      return false;
    }
    WatchedFile content = watched.watch(file.path(), file.displayPath());
    watched.release(content);
    return known.content().equals(Optional.of(content));
  }

  /** Where nobody notices changes, other times are taken for one. */
  private void detachIfUnnoticed(Fingerprint key, TargetFile file) {
    KnownFile known = files.get(key);
    if (known.isChanged() || !known.isWatched() && known.identity().equals(file.identity())) {
      detach(key);
    }
  }

  /**
   * Forgets the files whose content has changed.
   *
   * @return whether the probe has to be attached to some of them again
   */
  boolean forgetChanged(long now) {
    boolean isWaiting = files.values().stream().anyMatch(KnownFile::isIncomplete);
    boolean isNew = false;
    for (Map.Entry<Fingerprint, KnownFile> each : List.copyOf(files.entrySet())) {
      if (each.getValue().isChanged()) {
        long inode = each.getKey().inode();
        changed.add(new ChangedFile(each.getValue().path(), inode));
        rewrites.add(inode, now);
        detach(each.getKey());
        isNew = true;
      }
    }
    if (isNew) {
      done.clear();
      usages.keySet().retainAll(files.keySet());
    }
    return isNew || isWaiting;
  }

  /** Returns the files that wait to be attached to again, for their content has changed. */
  List<ChangedFile> changedFiles() {
    return List.copyOf(changed);
  }

  /** A changed file is attached to again, or there is no such file any more. */
  void settle(ChangedFile file) {
    changed.remove(file);
  }

  /** Returns whether a file needs no other look. */
  boolean isDone(FileIdentity file) {
    return done.contains(file);
  }

  /** Returns whether changes of every file are noticed that the probe is attached to. */
  private boolean noticesChanges() {
    return files.values().stream()
        .filter(each -> each.attempt().result() instanceof AttachResult.Attached)
        .allMatch(KnownFile::isWatched);
  }

  /** Who asks about an ifunc knows of processes that may have chosen since. */
  private static boolean isSettled(AttachAttempt last, long now) {
    return !(last.result() instanceof AttachResult.Pending) && !last.isDue(now);
  }

  /** Returns whether {@link #retain} would let a file go. */
  boolean hasUnused(Set<?> users, long now) {
    return usages.values().stream()
        .anyMatch(
            usage ->
                Collections.disjoint(usage.users, users)
                    && now - usage.usedAt > KEPT_UNUSED.toNanos());
  }

  /** Detaches from files that none of the given users has had for a while. */
  void retain(Set<?> users, long now) {
    for (Map.Entry<Fingerprint, Usage> each : List.copyOf(usages.entrySet())) {
      Usage usage = each.getValue();
      usage.users.retainAll(users);
      if (!usage.users.isEmpty()) {
        usage.usedAt = now;
      } else if (now - usage.usedAt > KEPT_UNUSED.toNanos()) {
        detach(each.getKey());
        usages.remove(each.getKey());
        done.clear();
      }
    }
  }

  /** Detaches from a file, and knows it no more. */
  private void detach(Fingerprint key) {
    probe().detach(key);
    otherTimes.values().removeIf(key::equals);
    Optional.ofNullable(files.remove(key)).flatMap(KnownFile::content).ifPresent(watched::release);
  }

  /** Ends the watches of all files, of a probe that was detached from all of them. */
  void close() {
    files.values().forEach(each -> each.content().ifPresent(watched::release));
    files.clear();
    otherTimes.clear();
    usages.clear();
    done.clear();
    changed.clear();
  }
}
