package dev.uprobe.agent.target;

import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import dev.uprobe.agent.kernel.MappedMemory;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Tells by which numbers the kernel itself knows a file.
 *
 * <p>They may differ from what stat(2) says (btrfs, overlay); what a mapping shows in /proc is the
 * kernel's own word.
 */
public final class KernelFiles {
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;

  private final Libc libc;
  private final Processes processes;

  public KernelFiles(Libc libc, Processes processes) {
    this.libc = libc;
    this.processes = processes;
  }

  /** Returns the identity of a file that can be read. */
  public FileIdentity of(Path path) throws IOException {
    int fd = libc.open(path.toString(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      throw new TargetException("There is no file " + path + " that can be read; check the path");
    }
    try (MappedMemory mapped = MappedMemory.ofFile(libc, fd, libc.getpagesize(), 0)) {
      long address = mapped.memory().address();
      return processes.mappings((int) ProcessHandle.current().pid()).stream()
          .filter(each -> each.contains(address))
          .findFirst()
          .map(Mapping::file)
          .orElseThrow(() -> new TargetException("/proc/self/maps does not show " + path));
    } catch (KernelException e) {
      throw new TargetException(path + " cannot be mapped: " + e.getMessage());
    } finally {
      libc.close(fd);
    }
  }
}
