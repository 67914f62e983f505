package dev.uprobe.agent.sys.libc;

import com.kenai.jffi.MemoryIO;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.LastError;
import jnr.ffi.Pointer;

/** Memory of a descriptor, mapped into this process until it is closed. */
public final class MappedMemory implements Handle {
  private static final int O_RDONLY = 0;
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 1;
  private static final int MAP_PRIVATE = 2;
  private static final long MAP_FAILED = -1;

  private final Libc libc;
  private final long length;
  private final Pointer memory;

  private MappedMemory(Libc libc, long address, long length) {
    this.libc = libc;
    this.length = length;
    this.memory = Pointer.wrap(libc.runtime(), address, length);
  }

  /** Maps memory that this process and the kernel both write. */
  public static MappedMemory shared(Libc libc, int fd, long length, long offset)
      throws KernelException {
    return map(libc, fd, length, offset, PROT_READ | PROT_WRITE, MAP_SHARED);
  }

  /** Maps memory that the kernel alone writes. */
  public static MappedMemory readOnly(Libc libc, int fd, long length, long offset)
      throws KernelException {
    return map(libc, fd, length, offset, PROT_READ, MAP_SHARED);
  }

  /**
   * Maps the whole of a file as the loader of a program does: private to this process. Of an empty
   * file there is a mapping too, which nobody can read.
   */
  public static MappedMemory ofFile(Libc libc, Path path) throws KernelException {
    int fd = libc.open(path.toString(), O_RDONLY | Libc.O_CLOEXEC);
    if (fd < 0) {
      int errno = LastError.getLastError(libc.runtime());
      throw new KernelException(path + ": " + Errno.describe(errno) + ".", errno, "");
    }
    try {
      return map(libc, fd, Math.max(1, Files.size(path)), 0, PROT_READ, MAP_PRIVATE);
    } catch (IOException e) {
      throw new KernelException(path + ": " + Sentence.reason(e) + ".", 0, "");
    } finally {
      libc.close(fd);
    }
  }

  private static MappedMemory map(
      Libc libc, int fd, long length, long offset, int protection, int flags)
      throws KernelException {
    Pointer address = libc.mmap(null, length, protection, flags, fd, offset);
    if (address == null || address.address() == MAP_FAILED) {
      int errno = LastError.getLastError(libc.runtime());
      throw new KernelException(
          "mmap of " + length + " bytes failed: " + Errno.describe(errno) + ".", errno, "");
    }
    return new MappedMemory(libc, address.address(), length);
  }

  /** Returns the mapped memory; it must not be used after {@link #close}. */
  public Pointer memory() {
    return memory;
  }

  /**
   * Returns a part of the mapped memory in a form that is quick to read many small things from, in
   * the machine's byte order; it must not be used after {@link #close}.
   */
  public ByteBuffer buffer(long offset, int size) {
    return MemoryIO.getInstance()
        .newDirectByteBuffer(memory.address() + offset, size)
        .order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    libc.munmap(memory, length);
  }
}
