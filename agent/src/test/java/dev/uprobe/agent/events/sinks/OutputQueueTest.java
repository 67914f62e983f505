package dev.uprobe.agent.events.sinks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.PipeReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OutputQueueTest {
  private static final byte[] LINE = ("x".repeat(999) + "\n").getBytes(StandardCharsets.US_ASCII);

  @TempDir private Path folder;

  @Test
  void writesAllInOrder() throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    StringBuilder expected = new StringBuilder();
    try (OutputQueue queue = new OutputQueue(written)) {
      for (int i = 0; i < 50_000; i++) {
        expected.append(i).append('\n');
        queue.write((i + "\n").getBytes(StandardCharsets.US_ASCII));
      }
    }

    assertEquals(expected.toString(), written.toString(StandardCharsets.US_ASCII));
  }

  @Test
  void doesNotWaitForAReader() throws Exception {
    try (PipeReader reader = PipeReader.start(folder.resolve("read"))) {
      int lines = 0;
      try (OutputQueue queue = new OutputQueue(reader.pipe())) {
        while (!queue.isFull()) {
          queue.write(LINE);
          lines++;
        }
        assertTrue(lines >= OutputQueue.ROOM / LINE.length, "lines: " + lines);

        reader.proceed();
        queue.drain();
        assertFalse(queue.isFull());
      }
      assertEquals(lines, reader.lines().size());
    }
  }

  @Test
  void givesUpAtTheEndWhatNobodyReads() throws Exception {
    try (PipeReader reader = PipeReader.start(folder.resolve("read"))) {
      OutputQueue queue = new OutputQueue(reader.pipe());
      for (int i = 0; i < 1_000; i++) {
        queue.write(LINE);
      }

      IOException e = assertThrows(IOException.class, queue::close);

      assertTrue(e.getMessage().matches("nobody reads .* \\d+ bytes are missing"), e.getMessage());
    }
  }

  @Test
  void tellsThatEarlierBytesCouldNotBeWritten() throws IOException {
    OutputQueue queue =
        new OutputQueue(
            new OutputStream() {
              @Override
              public void write(int octet) throws IOException {
                throw new IOException("no space");
              }
            });
    queue.write('a');

    assertEquals("no space", assertThrows(IOException.class, queue::drain).getMessage());
    assertEquals("no space", assertThrows(IOException.class, () -> queue.write('b')).getMessage());
  }
}
