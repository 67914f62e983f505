package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InterruptsTest {
  private final List<String> done = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong();
  private final Interrupts interrupts =
      new Interrupts(() -> done.add("stop"), () -> done.add("halt"), clock::get);

  @Test
  void theFirstSignalStops() {
    interrupts.onInterrupt();

    assertEquals(List.of("stop"), done);
  }

  @Test
  void aSecondInterruptEndsAtOnce() {
    interrupts.onInterrupt();
    pass(600);
    interrupts.onInterrupt();

    assertEquals(List.of("stop", "halt"), done);
  }

  @Test
  void oneSignalThatIsSentTwiceStopsOnce() {
    interrupts.onInterrupt();
    pass(5);
    interrupts.onInterrupt();

    assertEquals(List.of("stop"), done);
  }

  @Test
  void onlyAnInterruptEndsAtOnce() {
    interrupts.onEnd();
    pass(600);
    interrupts.onEnd();
    assertEquals(List.of("stop"), done);

    interrupts.onInterrupt();
    assertEquals(List.of("stop", "halt"), done);
  }

  private void pass(long millis) {
    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
