package dev.uprobe.agent.process.watch;

import dev.uprobe.agent.sys.libc.FileLease;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.Inotify;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.LeaseSignal;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Files with probes, whose content may be written at any time. A probe belongs to an inode and an
 * offset, and the kernel keeps a copy of the instruction that was there: in new content it would
 * break whatever lies at that offset. So probes are taken off a file before it is written.
 *
 * <p>Where the kernel grants a lease, the writer waits in open(2) meanwhile. Elsewhere it reports
 * writes while they happen (inotify(7)), and probes are off a moment after the first one.
 */
public final class WatchedFiles implements Handle {
  private static final int CONTENT = Inotify.IN_MODIFY | Inotify.IN_CLOSE_WRITE;

  private final HandleStack handles = new HandleStack();
  private final Libc libc;
  private final Optional<Inotify> inotify;
  private final Runnable listener;
  private final Consumer<String> notices;
  private final Map<Integer, WatchedFile> files = new HashMap<>();
  private int nextWithoutInotify = -1;
  private final AtomicBoolean toldOfShortage = new AtomicBoolean();

  /**
   * Starts to watch; changes are noticed while the poller runs.
   *
   * @param listener is called after a change, on the poller's thread: probes are off by then
   * @param notices gets sentences for users
   */
  public WatchedFiles(Libc libc, Poller poller, Runnable listener, Consumer<String> notices) {
    this.listener = listener;
    this.notices = notices;
    this.libc = libc;
    this.inotify = open(poller);
    handles.push(new LeaseSignal(this::findWriters));
  }

  private Optional<Inotify> open(Poller poller) {
    try {
      Inotify opened = handles.push(new Inotify(libc));
      poller.add(opened.fd(), () -> opened.drain(this::take));
      handles.push(() -> poller.remove(opened.fd()));
      return Optional.of(opened);
    } catch (KernelException e) {
      tellShortage(e);
      return Optional.empty();
    }
  }

  private void tellShortage(KernelException e) {
    if (!toldOfShortage.getAndSet(true)) {
      notices.accept(
          "A probed file that is rewritten in place may crash the next program that runs it,"
              + " because changes cannot be watched: "
              + e.getMessage());
    }
  }

  /**
   * Watches a file. To be called before its content is read.
   *
   * @param path opens it now
   * @param displayPath what messages call it
   * @return the same for all paths of one inode, until that changes; to be released
   */
  public synchronized WatchedFile watch(Path path, String displayPath) {
    int watch = add(path);
    WatchedFile known = files.get(watch);
    WatchedFile file = known;
    if (known == null) {
      file = new WatchedFile(watch, displayPath);
    } else if (known.isChanged()) {
      file = known.next(displayPath);
    }
    // A lease is granted only once the last writer is done, whatever inotify has reported so far.
    file.holdWriters(() -> FileLease.take(libc, path));
    if (file.isWatched()) {
      files.put(file.watch(), file);
    }
    file.use();
    return file;
  }

  /** Returns a number that no other file has; a negative one where inotify has none to give. */
  private int add(Path path) {
    if (inotify.isPresent()) {
      try {
        return inotify.get().add(path, CONTENT);
      } catch (KernelException e) {
        tellShortage(e);
      }
    }
    return nextWithoutInotify--;
  }

  /** Ends the watch of a file, once for each time it was asked for. */
  public synchronized void release(WatchedFile file) {
    file.release();
    if (!file.isBeingWritten()) {
      forgetUnused(file);
    }
  }

  private synchronized void forgetUnused(WatchedFile file) {
    if (!file.isUnused()) {
      return;
    }
    file.letWritersGoOn();
    if (files.remove(file.watch(), file) && file.watch() >= 0) {
      inotify.ifPresent(each -> each.remove(file.watch()));
    }
  }

  /** Takes the probes off files that somebody waits to write. */
  private void findWriters() {
    for (WatchedFile file : all()) {
      if (file.hasWaitingWriter()) {
        modified(file);
        Thread thread = new Thread(file::letWritersGoOnOnceDetached, "let-write");
        thread.setDaemon(true);
        thread.start();
      }
    }
  }

  private void take(Inotify.Event event) {
    if (event.is(Inotify.IN_Q_OVERFLOW)) {
      all().forEach(this::modified);
      return;
    }
    find(event.watch()).ifPresent(file -> take(event, file));
  }

  private void take(Inotify.Event event, WatchedFile file) {
    if (event.is(Inotify.IN_IGNORED)) {
      forget(file);
      return;
    }
    // Who writes through a mapping is noticed only when the file is closed.
    if (!file.isUntouched() && (event.is(Inotify.IN_MODIFY) || !file.isOpenForWriting())) {
      modified(file);
    }
    if (event.is(Inotify.IN_CLOSE_WRITE)) {
      file.closedByWriter();
      forgetUnused(file);
      listener.run();
    }
  }

  private void modified(WatchedFile file) {
    boolean isNew = !file.isChanged();
    if (file.modified()) {
      notices.accept(
          file.name()
              + " is being rewritten in place: its probes are removed until it is complete, and its functions"
              + " are then looked up again.");
    }
    if (isNew) {
      listener.run();
    }
  }

  private synchronized List<WatchedFile> all() {
    return List.copyOf(files.values());
  }

  private synchronized Optional<WatchedFile> find(int watch) {
    return Optional.ofNullable(files.get(watch));
  }

  private synchronized void forget(WatchedFile file) {
    files.remove(file.watch(), file);
  }

  @Override
  public void close() {
    handles.close();
    all().forEach(WatchedFile::letWritersGoOn);
  }
}
