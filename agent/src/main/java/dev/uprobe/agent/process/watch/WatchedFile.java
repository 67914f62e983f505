package dev.uprobe.agent.process.watch;

import dev.uprobe.agent.sys.libc.FileLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One inode whose content is watched from now until it changes. Links that are guarded are closed
 * in that moment, by the thread that notices it.
 */
public final class WatchedFile {
  /** A writer that keeps the file open and does nothing for so long is taken to be done. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  /** Links to the file's code, which any thread may close. */
  public interface Links {
    /** Begins to close them, and does not wait. */
    void beginClose();

    /** Closes them, and waits for that. */
    void close();
  }

  private final int watch;
  private final String name;
  private final List<Links> guarded = new ArrayList<>();
  private final List<Links> closing = new ArrayList<>();
  private Optional<FileLease> lease = Optional.empty();
  private int users;
  private int readers;
  private boolean isChanged;
  private boolean isOpenForWriting;
  private boolean wasRead;

  /** Whether nobody could write the file since before it was read first. */
  private boolean isHeldFromStart;

  private long modifiedAt;

  /**
   * @param watch its number; negative where inotify does not watch it
   * @param name what messages call the file
   */
  WatchedFile(int watch, String name) {
    this.watch = watch;
    this.name = name;
  }

  int watch() {
    return watch;
  }

  String name() {
    return name;
  }

  /** Returns whether changes are noticed; where they are not, only the file's times tell. */
  public synchronized boolean isWatched() {
    return watch >= 0 || lease.isPresent();
  }

  /** Returns whether the content has changed, or is about to, since it is watched. */
  public synchronized boolean isChanged() {
    return isChanged;
  }

  /** Returns whether somebody is in the midst of writing the file. */
  public synchronized boolean isBeingWritten() {
    return isOpenForWriting && System.nanoTime() - modifiedAt < QUIET.toNanos();
  }

  /**
   * Begins to read the file, or to attach to it: a writer that is held back waits until {@link
   * #endReading}.
   */
  public synchronized void beginReading() {
    readers++;
    wasRead = true;
  }

  public synchronized void endReading() {
    readers--;
    notifyAll();
  }

  /** Guards links until the content changes; where it has already, closes them at once. */
  public synchronized boolean guard(Links links) {
    if (isChanged) {
      links.beginClose();
      closing.add(links);
      return false;
    }
    guarded.add(links);
    // Whoever has had the file open all the time may still write: its close counts as a change.
    isOpenForWriting = false;
    return true;
  }

  /** Takes note of a change, and returns whether links were closed for it. */
  synchronized boolean modified() {
    boolean had = !guarded.isEmpty();
    guarded.forEach(Links::beginClose);
    closing.addAll(guarded);
    guarded.clear();
    isChanged = true;
    isOpenForWriting = true;
    modifiedAt = System.nanoTime();
    return had;
  }

  /** Returns whether a write was noticed, and not yet that the writer is done. */
  synchronized boolean isOpenForWriting() {
    return isOpenForWriting;
  }

  synchronized void closedByWriter() {
    isOpenForWriting = false;
  }

  /** Holds back whoever wants to write; takes note of who has the file open to write it. */
  synchronized void holdWriters(Supplier<FileLease.Answer> taking) {
    if (lease.isPresent() || isChanged) {
      return;
    }
    FileLease.Answer answer = taking.get();
    lease = answer.lease();
    if (lease.isPresent() && !wasRead) {
      isHeldFromStart = true;
      isOpenForWriting = false;
    }
    if (answer.isOpenForWriting() && guarded.isEmpty() && modifiedAt == 0) {
      isOpenForWriting = true;
      modifiedAt = System.nanoTime();
    }
  }

  /** Returns whether whatever is reported of writers happened before the file was read. */
  synchronized boolean isUntouched() {
    return isHeldFromStart && !isChanged && lease.filter(each -> !each.isBroken()).isPresent();
  }

  /** Returns whether a writer is held back now. */
  synchronized boolean hasWaitingWriter() {
    return !isChanged && lease.filter(FileLease::isBroken).isPresent();
  }

  synchronized void letWritersGoOn() {
    lease.ifPresent(FileLease::close);
    lease = Optional.empty();
  }

  /** Waits until no probe is on the file any more. */
  void letWritersGoOnOnceDetached() {
    try {
      awaitDetached();
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if it were, the writer would not have to wait for it.
      Thread.currentThread().interrupt();
    }
    letWritersGoOn();
  }

  private void awaitDetached() throws InterruptedException {
    List<Links> last;
    synchronized (this) {
      while (readers > 0) {
        wait();
      }
      last = List.copyOf(closing);
    }
    last.forEach(Links::close);
  }

  /** Returns a file to watch the same inode from now on. */
  synchronized WatchedFile next(String displayPath) {
    WatchedFile next = new WatchedFile(watch, displayPath);
    next.isOpenForWriting = isOpenForWriting;
    next.modifiedAt = modifiedAt;
    return next;
  }

  synchronized void use() {
    users++;
  }

  synchronized void release() {
    users--;
  }

  synchronized boolean isUnused() {
    return users <= 0;
  }
}
