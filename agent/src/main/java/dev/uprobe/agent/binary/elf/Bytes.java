package dev.uprobe.agent.binary.elf;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes that are read at positions. Files are read and not mapped: a mapped file that somebody
 * truncates kills the JVM.
 */
interface Bytes extends Closeable {

  long size();

  /** Fills the buffer from the position on; stops early only where the bytes end. */
  void read(ByteBuffer into, long position) throws IOException;

  @Override
  void close() throws IOException;

  static Bytes ofFile(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new FileBytes(channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  static Bytes ofArray(byte[] bytes) {
    return new ArrayBytes(bytes);
  }

  record FileBytes(FileChannel channel, long size) implements Bytes {
    @Override
    public void read(ByteBuffer into, long position) throws IOException {
      long from = position;
      while (into.hasRemaining()) {
        int count = channel.read(into, from);
        if (count <= 0) {
          return;
        }
        from += count;
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  record ArrayBytes(byte[] bytes) implements Bytes {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void read(ByteBuffer into, long position) {
      int from = (int) Math.min(position, bytes.length);
      into.put(bytes, from, Math.min(into.remaining(), bytes.length - from));
    }

    @Override
    public void close() {}
  }
}
