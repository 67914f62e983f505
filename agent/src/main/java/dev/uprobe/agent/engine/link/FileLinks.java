package dev.uprobe.agent.engine.link;

import dev.uprobe.agent.process.watch.WatchedFile;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.Threads;
import java.util.ArrayList;
import java.util.List;

/** The links of one probe to the functions of one file. Any thread may close them. */
public final class FileLinks implements Handle, WatchedFile.Links {
  private final List<Handle> entries = new ArrayList<>();
  private final List<Handle> returns = new ArrayList<>();
  private List<Thread> closing = List.of();

  private volatile int functions;

  /** Returns how many functions the links are to; 0 once they are given up for a change. */
  int functions() {
    return functions;
  }

  synchronized void count(int attached) {
    functions = attached;
  }

  synchronized void add(boolean atReturn, List<Handle> links) {
    (atReturn ? returns : entries).addAll(links);
  }

  /** Takes the links of entries or of returns, which are the caller's to close from now on. */
  synchronized List<Handle> take(boolean atReturn) {
    List<Handle> links = atReturn ? returns : entries;
    List<Handle> taken = List.copyOf(links);
    links.clear();
    return taken;
  }

  /**
   * Begins to close all links at once, and does not wait: the breakpoints are taken out long before
   * the kernel has let go of the probes.
   */
  @Override
  public synchronized void beginClose() {
    functions = 0;
    List<Handle> all = new ArrayList<>(take(true));
    all.addAll(take(false));
    List<Thread> threads = new ArrayList<>(closing);
    threads.addAll(ParallelClose.begin(all));
    closing = threads;
  }

  /**
   * Closes all links, returns first: as long as a return is seen, so is every entry, which replaces
   * what a call left behind that ended in another way. Else a later call's return would be paired
   * with it. Comes back when the kernel has let go of them.
   */
  @Override
  public synchronized void close() {
    ParallelClose.closeAll(take(true));
    ParallelClose.closeAll(take(false));
    closing.forEach(Threads::join);
    closing = List.of();
  }
}
