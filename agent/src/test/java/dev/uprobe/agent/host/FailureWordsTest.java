package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.engine.AttachResult;
import dev.uprobe.agent.sys.libc.KernelException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users read when something fails. */
class FailureWordsTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/uprobe/agent");

  /** A JDK exception's own message in a sentence: it may be null, a path, or end in a full stop. */
  private static final Pattern RAW = Pattern.compile("e\\.getMessage\\(\\)\\s*\\+\\s*\"[.]");

  @Test
  void aFailureWithoutAMessageHasWords() {
    assertEquals("closed channel", AttachResult.Failed.of(new ClosedChannelException()).message());
    assertEquals("io", AttachResult.Failed.of(new IOException()).message());
    assertEquals(
        "there is no file /proc/7/exe",
        AttachResult.Failed.of(new NoSuchFileException("/proc/7/exe")).message());
  }

  @Test
  void aFailureOfTheKernelHasNoFullStopOfItsOwn() {
    AttachResult.Failed failed =
        AttachResult.Failed.of(new KernelException("/f: permission denied (EACCES).", 13, ""));

    assertEquals("/f: permission denied (EACCES)", failed.message());
  }

  @Test
  void noSentenceIsMadeOfTheBareMessageOfAnException() throws Exception {
    List<Path> raw;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      raw =
          files
              .filter(each -> each.toString().endsWith(".java"))
              .filter(each -> RAW.matcher(read(each)).find())
              .toList();
    }

    assertTrue(raw.isEmpty(), raw + ": take Sentence.reason(e)");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(file.toString(), e);
    }
  }
}
