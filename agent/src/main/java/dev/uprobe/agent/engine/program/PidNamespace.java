package dev.uprobe.agent.engine.program;

import dev.uprobe.agent.process.procfs.InitialPidNamespace;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.bpf.Structs;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The pid namespace by whose numbers this agent knows processes: struct numbering of bpf/config.h.
 * The kernel counts for programs as the initial one does. An agent whose node is a container itself
 * has another one, and a {@code /proc} with other numbers.
 *
 * @param inode its number
 * @param offsets where the kernel keeps numbers of other namespaces than the initial one; empty for
 *     that
 */
public record PidNamespace(long inode, Optional<KernelOffsets> offsets) {
  private static final Path OWN = Path.of("/proc/self/ns/pid");

  /** Finds where the kernel keeps things. */
  @FunctionalInterface
  public interface Finder {
    KernelOffsets find() throws KernelException;
  }

  /**
   * Returns that of this agent.
   *
   * @param finder asked only where this is not the initial one
   */
  public static PidNamespace own(Finder finder) throws KernelException {
    long inode = ownInode();
    return inode == InitialPidNamespace.INODE
        ? new PidNamespace(inode, Optional.empty())
        : new PidNamespace(inode, Optional.of(finder.find()));
  }

  private static long ownInode() throws KernelException {
    try {
      return ((Number) Files.getAttribute(OWN, "unix:ino")).longValue();
    } catch (IOException e) {
      throw new KernelException("Cannot read " + OWN + ": " + Sentence.reason(e) + ".", 0, "");
    }
  }

  /** Writes it into an encoded config, which stands for the initial one without it. */
  void writeTo(byte[] config) {
    if (offsets.isPresent()) {
      ByteBuffer bytes = ByteBuffer.wrap(config).order(ByteOrder.LITTLE_ENDIAN);
      Structs.Numbering.namespace(bytes, Structs.Config.NUMBERING, (int) inode);
      offsets.get().writePidTo(bytes);
    }
  }
}
