package dev.uprobe.agent.sys.libc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WakeableSleepTest {
  /** So long that a sleep that is not ended fails its test. */
  private static final int LONG_MILLIS = 60_000;

  private static final int SHORT_MILLIS = 20;

  private final Libc libc = Libc.load();
  private int readable;
  private int silent;
  private WakeableSleep sleeper;

  @BeforeEach
  void open() throws KernelException {
    readable = libc.eventfd(1, 0);
    silent = libc.eventfd(0, 0);
    sleeper = new WakeableSleep(libc, silent);
  }

  @AfterEach
  void close() {
    sleeper.close();
    libc.close(readable);
    libc.close(silent);
  }

  @Test
  void sleepsForItsTimeWhereNothingHappens() {
    assertTrue(slept(SHORT_MILLIS).toMillis() >= SHORT_MILLIS - 1);
  }

  @Test
  void doesNotSleepWhereThereIsSomethingToRead() throws KernelException {
    try (WakeableSleep other = new WakeableSleep(libc, silent, readable)) {
      other.sleep(LONG_MILLIS);
      other.sleep(LONG_MILLIS);
    }
  }

  @Test
  void aWakeUpEndsTheNextSleepAndNoMore() {
    sleeper.wake();
    sleeper.wake();

    sleeper.sleep(LONG_MILLIS);

    assertTrue(slept(SHORT_MILLIS).toMillis() >= SHORT_MILLIS - 1);
  }

  @Test
  void aWakeUpEndsTheSleepOfAnotherThread() throws InterruptedException {
    Thread sleeping = new Thread(() -> sleeper.sleep(LONG_MILLIS));
    sleeping.start();

    sleeper.wake();
    sleeping.join();

    assertEquals(Thread.State.TERMINATED, sleeping.getState());
  }

  @Test
  void noSleepOutlastsItsTimeHoweverManyWakeUpsThereWere() throws InterruptedException {
    AtomicBoolean done = new AtomicBoolean();
    Thread waking =
        new Thread(
            () -> {
              for (int i = 0; i < 300_000; i++) {
                sleeper.wake();
              }
              done.set(true);
            });
    waking.start();
    while (!done.get()) {
      sleeper.sleep(SHORT_MILLIS);
    }
    waking.join();

    sleeper.sleep(SHORT_MILLIS);
    assertTrue(slept(SHORT_MILLIS).toMillis() >= SHORT_MILLIS - 1);
  }

  private Duration slept(int millis) {
    long before = System.nanoTime();
    sleeper.sleep(millis);
    return Duration.ofNanos(System.nanoTime() - before);
  }
}
