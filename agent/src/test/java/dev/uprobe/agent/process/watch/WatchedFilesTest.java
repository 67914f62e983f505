package dev.uprobe.agent.process.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.sys.libc.Architecture;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.libc.Poller;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who writes a file, and since when nobody does. */
class WatchedFilesTest {
  private final Libc libc = Libc.load();
  private final Queue<String> notices = new ConcurrentLinkedQueue<>();
  private final Semaphore changes = new Semaphore(0);
  @TempDir Path folder;

  /** inotify reports the last close while the kernel still counts the writer. */
  @Test
  void aFileIsCompleteAsSoonAsALeaseIsGranted() throws Exception {
    Path path = Files.createFile(folder.resolve("app"));
    try (Poller poller = new Poller(libc, Architecture.ofThisHost().orElseThrow());
        WatchedFiles files = new WatchedFiles(libc, poller, changes::release, notices::add)) {
      WatchedFile file;
      try (OutputStream out = Files.newOutputStream(path)) {
        file = files.watch(path, "app");
        assertTrue(file.isBeingWritten());
        out.write(1);
      }
      assertEquals(file, files.watch(path, "app"));
      assertFalse(file.isBeingWritten());

      Thread thread = new Thread(poller);
      thread.start();
      assertTrue(changes.tryAcquire(10, TimeUnit.SECONDS));
      poller.stop();
      thread.join();
      assertFalse(file.isChanged());
      assertEquals(List.of(), List.copyOf(notices));
    }
  }
}
