package dev.uprobe.agent.events.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WallClockTest {

  @Test
  void tellsTheTimeOfDayOfAMoment() {
    Instant before = Instant.now();
    Instant told = new WallClock().at(System.nanoTime());
    Instant after = Instant.now();

    Duration tolerance = Duration.ofMillis(50);
    assertTrue(told.isAfter(before.minus(tolerance)), told + " is before " + before);
    assertTrue(told.isBefore(after.plus(tolerance)), told + " is after " + after);
  }

  @Test
  void keepsTheDistanceOfTwoMomentsToTheNanosecond() {
    WallClock clock = new WallClock();
    long now = System.nanoTime();

    assertEquals(
        Duration.ofNanos(1_234_567), Duration.between(clock.at(now), clock.at(now + 1_234_567)));
    assertEquals(
        Duration.ofSeconds(-90), Duration.between(clock.at(now), clock.at(now - 90_000_000_000L)));
  }
}
