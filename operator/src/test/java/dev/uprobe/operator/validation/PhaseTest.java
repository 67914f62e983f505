package dev.uprobe.operator.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.operator.Traces;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhaseTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "false,   , 1000000, ACTIVE",
    "false, 60,      59, ACTIVE",
    "false, 60,      60, FINISHED",
    "true,    ,       1, SUSPENDED",
    "true,  60,      59, SUSPENDED",
    "true,  60,      60, FINISHED"
  })
  void aTraceFinishesAtItsDeadlineEvenIfSuspended(
      boolean suspend, Integer deadline, long seconds, Phase phase) {
    assertEquals(
        phase,
        Phase.of(
            Traces.spec(Traces.SHOP_PODS, Map.of(), suspend, deadline),
            START,
            START.plusSeconds(seconds)));
  }
}
