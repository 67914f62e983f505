package dev.uprobe.agent.sys.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BatchSchedulingTest {
  private static final String OTHER = "0";
  private static final String BATCH = "3";

  /** Where /proc/PID/stat has the policy, counted from behind the command's name (proc(5)). */
  private static final int POLICY = 38;

  @Test
  void aThreadAndThoseThatItStartsGiveWay() {
    List<String> policies =
        inNewThread(
            () -> {
              BatchScheduling.begin(Libc.load());
              return List.of(policy(), inNewThread(BatchSchedulingTest::policy));
            });

    assertEquals(List.of(BATCH, BATCH), policies);
    assertEquals(OTHER, policy());
  }

  private static <T> T inNewThread(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, each -> new Thread(each).start()).join();
  }

  private static String policy() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[POLICY];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
