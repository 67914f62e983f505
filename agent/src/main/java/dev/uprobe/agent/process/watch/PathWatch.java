package dev.uprobe.agent.process.watch;

import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.Inotify;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Notices when a path comes to lead to another file: the file is replaced or created, or one of the
 * symbolic links on the way is. Folders are watched (inotify(7)), so nothing is polled. Where that
 * is not possible, who asks finds out when the new file is run.
 */
public final class PathWatch implements Handle {
  private static final int NAMES = Inotify.IN_CREATE | Inotify.IN_MOVED_TO | Inotify.IN_CLOSE_WRITE;

  /** As many as the kernel follows (path_resolution(7)). */
  private static final int MAX_LINKS = 40;

  private final HandleStack handles = new HandleStack();
  private final Path root;
  private final Runnable listener;
  private final Optional<Inotify> inotify;
  private final Set<String> paths = new HashSet<>();

  /** By the number of its watch. */
  private final Map<Integer, Folder> folders = new HashMap<>();

  /**
   * A folder that is watched.
   *
   * @param names those that matter in it
   */
  private record Folder(Path path, Set<String> names) {}

  /**
   * Starts to watch; changes are noticed while the poller runs.
   *
   * @param root where absolute paths and links begin
   * @param listener is called on the poller's thread
   */
  public PathWatch(Libc libc, Poller poller, Path root, Runnable listener) {
    this.root = root;
    this.listener = listener;
    this.inotify = open(libc, poller);
  }

  private Optional<Inotify> open(Libc libc, Poller poller) {
    try {
      Inotify opened = handles.push(new Inotify(libc));
      poller.add(opened.fd(), () -> drain(opened));
      handles.push(() -> poller.remove(opened.fd()));
      return Optional.of(opened);
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  /** Watches exactly these absolute paths from now on. */
  public synchronized void watch(Set<String> wanted) {
    if (!paths.equals(wanted)) {
      paths.clear();
      paths.addAll(wanted);
      follow();
    }
  }

  private synchronized void follow() {
    Map<Integer, Folder> found = new HashMap<>();
    inotify.ifPresent(each -> paths.forEach(path -> follow(each, path, found)));
    folders.keySet().stream()
        .filter(each -> !found.containsKey(each))
        .forEach(each -> inotify.orElseThrow().remove(each));
    folders.clear();
    folders.putAll(found);
  }

  /** Watches the folder of each symbolic link on the way, and that of the file. */
  private void follow(Inotify watches, String path, Map<Integer, Folder> found) {
    Deque<String> rest = new ArrayDeque<>();
    Path.of(path).forEach(each -> rest.add(each.toString()));
    Path folder = root;
    int links = 0;
    while (!rest.isEmpty() && links <= MAX_LINKS) {
      String name = rest.poll();
      Path next = folder.resolve(name);
      Optional<Path> link = link(next);
      if (link.isPresent() || rest.isEmpty() || !Files.exists(next)) {
        watch(watches, folder, name, found);
      }
      if (link.isEmpty()) {
        folder = name.equals("..") && folder.equals(root) ? root : next.normalize();
      } else {
        links++;
        Deque<String> target = new ArrayDeque<>();
        link.get().forEach(each -> target.add(each.toString()));
        target.descendingIterator().forEachRemaining(rest::addFirst);
        folder = link.get().isAbsolute() ? root : folder;
      }
    }
  }

  private static Optional<Path> link(Path path) {
    try {
      return Files.isSymbolicLink(path)
          ? Optional.of(Files.readSymbolicLink(path))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void watch(Inotify watches, Path folder, String name, Map<Integer, Folder> found) {
    try {
      found
          .computeIfAbsent(watches.add(folder, NAMES), key -> new Folder(folder, new HashSet<>()))
          .names()
          .add(name);
    } catch (KernelException e) {
      // There is no such folder, or no room: the new file is found when it is run.
      return;
    }
  }

  private void drain(Inotify watches) {
    boolean[] isMeant = new boolean[1];
    watches.drain(event -> isMeant[0] |= isMeant(event));
    if (isMeant[0]) {
      follow();
      listener.run();
    }
  }

  private synchronized boolean isMeant(Inotify.Event event) {
    if (event.is(Inotify.IN_Q_OVERFLOW)) {
      return true;
    }
    Folder folder = folders.get(event.watch());
    return folder != null
        && folder.names().contains(event.name())
        && !(event.is(Inotify.IN_CREATE) && isUnfinished(folder.path().resolve(event.name())));
  }

  /** Whoever has just created a file is about to write it: IN_CLOSE_WRITE follows. */
  private static boolean isUnfinished(Path created) {
    try {
      return Files.isRegularFile(created, LinkOption.NOFOLLOW_LINKS)
          && Files.getAttribute(created, "unix:nlink", LinkOption.NOFOLLOW_LINKS).equals(1);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    handles.close();
  }
}
