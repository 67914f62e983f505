package dev.uprobe.agent.engine.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.sys.libc.Handle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ParallelCloseTest {

  @Test
  void closesEveryHandleOnceAlsoMoreThanThereAreThreads() {
    List<AtomicInteger> closed = new ArrayList<>();
    List<Handle> handles = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      AtomicInteger count = new AtomicInteger();
      closed.add(count);
      handles.add(count::incrementAndGet);
    }

    ParallelClose.closeAll(handles);

    assertTrue(closed.stream().allMatch(each -> each.get() == 1));
  }

  @Test
  void closesHandlesAtTheSameTime() {
    CountDownLatch bothClosing = new CountDownLatch(2);
    AtomicInteger met = new AtomicInteger();
    Handle handle =
        () -> {
          bothClosing.countDown();
          if (await(bothClosing)) {
            met.incrementAndGet();
          }
        };

    ParallelClose.closeAll(List.of(handle, handle));

    assertEquals(2, met.get());
  }

  @Test
  void hasNothingToDoForNoHandles() {
    ParallelClose.closeAll(List.of());
  }

  @Test
  void waitsForTheLastHandleHoweverOftenItIsInterruptedAndKeepsTheInterrupt() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch mayClose = new CountDownLatch(1);
    AtomicInteger closed = new AtomicInteger();
    Handle slow =
        () -> {
          closing.countDown();
          await(mayClose);
          closed.incrementAndGet();
        };
    AtomicInteger closedOnReturn = new AtomicInteger(-1);
    AtomicInteger interruptKept = new AtomicInteger(-1);
    Thread detaching =
        new Thread(
            () -> {
              ParallelClose.closeAll(List.of(slow));
              closedOnReturn.set(closed.get());
              interruptKept.set(Thread.currentThread().isInterrupted() ? 1 : 0);
            });
    detaching.start();
    assertTrue(await(closing));

    detaching.interrupt();
    while (detaching.isInterrupted()) {
      Thread.onSpinWait();
    }
    detaching.interrupt();
    assertEquals(-1, closedOnReturn.get());
    mayClose.countDown();
    detaching.join();

    assertEquals(1, closedOnReturn.get());
    assertEquals(1, interruptKept.get());
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
