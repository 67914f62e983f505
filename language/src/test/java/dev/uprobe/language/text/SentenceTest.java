package dev.uprobe.language.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no function f           | no function f.
          no function f.          | no function f.
          refused (EACCES)..      | refused (EACCES).
          did you mean g?         | did you mean g?
          such as 1, 2 ...        | such as 1, 2.
          a sentence (and more.)  | a sentence (and more.)
          """)
  void endsWithOneFullStop(String text, String sentence) {
    assertEquals(sentence, Sentence.of(text));
  }

  @Test
  void aReasonIsNeverNullOrEmpty() {
    assertEquals("buffer underflow", Sentence.reason(new BufferUnderflowException()));
    assertEquals("closed channel", Sentence.reason(new ClosedChannelException()));
    assertEquals("io", Sentence.reason(new IOException()));
    assertEquals("io", Sentence.reason(new IOException(" ")));
    assertEquals("an unnamed failure", Sentence.reason(new RuntimeException() {}));
  }

  @Test
  void aReasonSaysMoreThanAPath() {
    assertEquals(
        "there is no file /proc/7/exe", Sentence.reason(new NoSuchFileException("/proc/7/exe")));
    assertEquals("/f: permission denied", Sentence.reason(new AccessDeniedException("/f")));
    assertEquals("/f: file system loop", Sentence.reason(new FileSystemLoopException("/f")));
    assertEquals(
        "/f: Too many levels",
        Sentence.reason(new FileSystemException("/f", null, "Too many levels")));
  }

  @Test
  void aReasonHasNoFullStop() {
    assertEquals("no space", Sentence.reason(new IOException("no space.")));
    assertEquals(
        "no space", Sentence.reason(new UncheckedIOException(new IOException("no space"))));
  }
}
