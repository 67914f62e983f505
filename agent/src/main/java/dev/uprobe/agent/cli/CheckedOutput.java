package dev.uprobe.agent.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** An output that remembers its first failure, which a {@code PrintWriter} hides. */
final class CheckedOutput extends OutputStream {
  private final OutputStream out;
  private volatile Optional<IOException> failure = Optional.empty();

  CheckedOutput(OutputStream out) {
    this.out = out;
  }

  /** Returns why something could not be written; from any thread. */
  Optional<IOException> failure() {
    return failure;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    try {
      out.write(bytes, offset, count);
    } catch (IOException e) {
      throw fail(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw fail(e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      throw fail(e);
    }
  }

  private IOException fail(IOException e) {
    if (failure.isEmpty()) {
      failure = Optional.of(e);
    }
    return e;
  }
}
