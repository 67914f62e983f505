package dev.uprobe.agent.process.procfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads which mount namespace a process is in. */
public final class MountNamespace {
  private MountNamespace() {}

  /**
   * Returns its inode number, which is its own as long as it exists (mount_namespaces(7)).
   *
   * @param process the process's folder under {@code /proc}
   * @throws IOException if the process has ended, or may not be looked at
   */
  public static long of(Path process) throws IOException {
    String text = Files.readSymbolicLink(process.resolve("ns").resolve("mnt")).toString();
    if (!text.matches("mnt:\\[\\d{1,18}\\]")) {
      throw new IOException("\"" + text + "\" is not a mount namespace");
    }
    return Long.parseLong(text.substring("mnt:[".length(), text.length() - 1));
  }
}
