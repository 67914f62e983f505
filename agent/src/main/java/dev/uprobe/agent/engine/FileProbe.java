package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.locate.AutoTypes;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.locate.ResolvedSites;
import dev.uprobe.agent.engine.locate.SiteResolver;
import dev.uprobe.agent.process.files.Fingerprint;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.watch.WatchedFile;
import dev.uprobe.agent.process.watch.WatchedFiles;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Puts a probe on files, on each of them once: containers of one image show one file on several
 * devices. Used by one thread.
 *
 * <p>A file whose content changes is one that the probe does not know: whoever notices the change
 * has taken the probe off already.
 */
public final class FileProbe {
  /** Files that the probe did not fit are watched too, for they may be replaced in place. */
  private static final int MAX_WATCHED_FAILURES = 16;

  private static final String TRAMPOLINE =
      "returnProbe: Trampoline ends a program in which an exception passes a probed function, or"
          + " that changes its stack within one; leave it out where programs may do so";

  private final AttachedProbe probe;
  private final SiteResolver sites;
  private final WatchedFiles watched;
  private final Diagnostics notices;
  private final Map<Fingerprint, KnownFile> files = new HashMap<>();

  /** Other times of files that are known by their first ones: links and modes change those too. */
  private final Map<Fingerprint, Fingerprint> otherTimes = new HashMap<>();

  private final Rewrites rewrites = new Rewrites();

  public FileProbe(
      AttachedProbe probe, SiteResolver sites, WatchedFiles watched, Diagnostics notices) {
    this.probe = probe;
    this.sites = sites;
    this.watched = watched;
    this.notices = notices;
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
  public record ChangedFile(String path, long inode) {}

  /**
   * Attaches to the functions of a file, if the probe is not on it already. A file that it did not
   * fit is tried again after a while.
   *
   * @param now by the clock of {@link System#nanoTime}
   */
  public AttachResult attach(TargetFile file, long now) {
    try {
      Fingerprint key = key(file);
      Optional<KnownFile> last = Optional.ofNullable(files.get(key));
      if (last.filter(each -> isSettled(each.attempt(), now)).isEmpty()) {
        files.put(key, attempt(file, key, last, now));
      }
      return files.get(key).attempt().result();
    } catch (IOException e) {
      return new AttachResult.Failed(
          AttachReason.ATTACH_FAILED, file.displayPath() + " cannot be looked at", "");
    }
  }

  private KnownFile attempt(TargetFile file, Fingerprint key, Optional<KnownFile> last, long now) {
    // Watched before it is read: what is found is true until the file changes.
    WatchedFile content = watched.watch(file.path(), file.displayPath());
    last.flatMap(KnownFile::content).ifPresent(watched::release);
    boolean isIncomplete =
        content.isBeingWritten() || key.size() == 0 || rewrites.areTooMany(key.inode(), now);
    AttachResult result = isIncomplete ? beingWritten(file) : read(file, key, content);
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

  private static AttachResult beingWritten(TargetFile file) {
    return new AttachResult.Undecided(
        file.displayPath() + " is being rewritten; the probe waits until it is complete");
  }

  /**
   * Returns by what the probe knows a file, whatever its times are now.
   *
   * @throws IOException if the file cannot be looked at
   */
  public Fingerprint key(TargetFile file) throws IOException {
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
   * @return those that were changed since the last time
   */
  public List<ChangedFile> forgetChanged(long now) {
    List<ChangedFile> changed = new ArrayList<>();
    for (Map.Entry<Fingerprint, KnownFile> each : List.copyOf(files.entrySet())) {
      if (each.getValue().isChanged()) {
        long inode = each.getKey().inode();
        changed.add(new ChangedFile(each.getValue().path(), inode));
        rewrites.add(inode, now);
        detach(each.getKey());
      }
    }
    return changed;
  }

  /** Returns whether the probe waits until a file is complete. */
  public boolean awaitsWriter() {
    return files.values().stream().anyMatch(KnownFile::isIncomplete);
  }

  /** Returns whether the probe knows a file by this key still. */
  public boolean knows(Fingerprint key) {
    return files.containsKey(key);
  }

  /** Returns whether changes of every file are noticed that the probe is attached to. */
  public boolean noticesChanges() {
    return files.values().stream()
        .filter(each -> each.attempt().result() instanceof AttachResult.Attached)
        .allMatch(KnownFile::isWatched);
  }

  /** Who asks about an ifunc knows of processes that may have chosen since. */
  private static boolean isSettled(AttachAttempt last, long now) {
    return !(last.result() instanceof AttachResult.Undecided) && !last.isDue(now);
  }

  private AttachResult read(TargetFile file, Fingerprint fingerprint, WatchedFile content) {
    content.beginReading();
    try {
      AttachResult result = attempt(file, fingerprint, content);
      // What was found wrong with a file that was being written is wrong no more.
      return result instanceof AttachResult.Failed && content.isChanged()
          ? beingWritten(file)
          : result;
    } finally {
      content.endReading();
    }
  }

  private AttachResult attempt(TargetFile file, Fingerprint fingerprint, WatchedFile content) {
    try {
      complete(file);
      ResolvedSites found = sites.find(plan(), file);
      Optional<AttachResult.Failed> refusal = found.refusal(file.displayPath());
      if (found.sites().isEmpty()) {
        return found
            .undecided()
            .<AttachResult>map(AttachResult.Undecided::new)
            .orElseGet(refusal::orElseThrow);
      }
      if (plan().returnProbe() == ReturnProbe.TRAMPOLINE) {
        notices.tell(sentence(TRAMPOLINE));
      }
      refusal.ifPresent(reason -> notices.tell(sentence(reason.message())));
      return attach(file, fingerprint, content, found.sites());
    } catch (IOException e) {
      return AttachResult.Failed.of(e);
    } catch (KernelException e) {
      return new AttachResult.Failed(
          AttachResult.Failed.reason(e), file.displayPath() + ": " + e.getMessage(), e.details());
    }
  }

  /** One probe's events have one layout, so all of its files must have the same types. */
  private void complete(TargetFile file) throws IOException, KernelException {
    if (probe.asked().completion().isEmpty()) {
      return;
    }
    ProbePlan whole = AutoTypes.complete(probe.asked(), file);
    if (!probe.isLoaded()) {
      probe.complete(whole);
    } else if (!whole.equals(plan())) {
      throw new TargetException(
          AttachReason.NOT_SUPPORTED,
          "The types of "
              + plan().place().text()
              + " in "
              + file.displayPath()
              + " are not those of the file that the probe was attached to first; trace it by a"
              + " probe of its own");
    }
  }

  private AttachResult attach(
      TargetFile file, Fingerprint fingerprint, WatchedFile content, List<ProbeSite> found)
      throws KernelException {
    if (content.isChanged()) {
      return beingWritten(file);
    }
    List<AttachedProbe.Refusal> refusals = probe.attach(fingerprint, file.path().toString(), found);
    if (!probe.guard(fingerprint, content)) {
      probe.detach(fingerprint);
      return beingWritten(file);
    }
    if (refusals.isEmpty()) {
      return new AttachResult.Attached();
    }
    String names =
        refusals.stream().map(each -> each.site().name()).collect(Collectors.joining(", "));
    boolean inside =
        plan().place() instanceof AttachPoint.Address
            || plan().place() instanceof AttachPoint.Functions functions && functions.offset() != 0;
    String message =
        "the kernel cannot probe the "
            + (inside ? "instruction at " : "first instruction of ")
            + names
            + " in "
            + file.displayPath()
            + (inside ? "; choose another one" : "; choose another function");
    if (refusals.size() == found.size()) {
      return new AttachResult.Failed(
          AttachReason.NOT_SUPPORTED, message, refusals.get(0).cause().getMessage());
    }
    notices.tell(sentence(message));
    return new AttachResult.Attached();
  }

  /** Detaches from a file, and knows it no more. */
  public void detach(Fingerprint key) {
    probe.detach(key);
    otherTimes.values().removeIf(key::equals);
    Optional.ofNullable(files.remove(key)).flatMap(KnownFile::content).ifPresent(watched::release);
  }

  /** Ends the watches of all files, of a probe that was detached from all of them. */
  public void close() {
    files.values().forEach(each -> each.content().ifPresent(watched::release));
    files.clear();
    otherTimes.clear();
  }

  public AttachedProbe probe() {
    return probe;
  }

  public ProbePlan plan() {
    return probe.probe().plan();
  }

  /** Returns a sentence that names the probe. */
  public String sentence(String text) {
    return "Probe " + plan().name() + ": " + Sentence.of(text);
  }
}
