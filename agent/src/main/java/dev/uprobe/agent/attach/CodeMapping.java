package dev.uprobe.agent.attach;

import dev.uprobe.agent.kernel.Errno;
import dev.uprobe.agent.kernel.Handle;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.kernel.Libc;
import dev.uprobe.agent.kernel.MappedMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.LastError;

/**
 * A file mapped as a program that runs it would, while a probe is attached.
 *
 * <p>The kernel looks at an instruction only where the file is mapped (kernel/events/uprobes.c,
 * install_breakpoint). Without a mapping it would take a probe on an instruction that cannot have
 * one, and leave it out in silence when a program starts.
 */
final class CodeMapping implements Handle {
  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;

  private final MappedMemory memory;

  private CodeMapping(MappedMemory memory) {
    this.memory = memory;
  }

  static CodeMapping of(Libc libc, String path) throws KernelException {
    int fd = libc.open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
      int errno = LastError.getLastError(libc.runtime());
      throw new KernelException(path + ": " + Errno.describe(errno) + ".", errno, "");
    }
    try {
      return new CodeMapping(MappedMemory.ofFile(libc, fd, Files.size(Path.of(path)), 0));
    } catch (IOException e) {
      throw new KernelException(path + ": " + e.getMessage() + ".", 0, "");
    } finally {
      libc.close(fd);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
