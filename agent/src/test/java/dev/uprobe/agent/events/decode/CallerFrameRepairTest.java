package dev.uprobe.agent.events.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** 10 is in the probed function, 20 in its caller, 30 in its caller's caller, and so on. */
class CallerFrameRepairTest {
  private static final int FUNCTION = 0;
  private static final int NOT_KNOWN = 0;

  private final CallerFrameRepair callers = new CallerFrameRepair();

  private List<Long> complete(List<Long> addresses, long caller, long framed) {
    return callers.complete(FUNCTION, addresses, caller, framed);
  }

  @Test
  void theCallerThatFramePointersPassOverIsPutIn() {
    assertEquals(List.of(10L, 20L, 30L, 40L), complete(List.of(10L, 30L, 40L), 20, 30));
  }

  @Test
  void aCallerThatTheKernelToldIsNotToldTwice() {
    assertEquals(List.of(10L, 20L, 30L, 40L), complete(List.of(10L, 20L, 30L, 40L), 20, 30));
  }

  @Test
  void theOnlyCallerIsPutIn() {
    assertEquals(List.of(10L, 20L), complete(List.of(10L), 20, NOT_KNOWN));
    assertEquals(List.of(10L, 20L), complete(List.of(10L, 20L), 20, NOT_KNOWN));
  }

  @Test
  void aStackIsLeftAsItIsWhereNoCallerCanLack() {
    assertEquals(List.of(10L, 30L), complete(List.of(10L, 30L), NOT_KNOWN, NOT_KNOWN));
    assertEquals(List.of(), complete(List.of(), 20, 30));
  }

  @Test
  void aRecursiveFunctionHasAllItsCallsWhereTheKernelPassesOverTheCaller() {
    // main (30) calls the function, which calls itself at 15.
    assertEquals(List.of(10L, 30L, 40L), complete(List.of(10L, 40L), 30, 40));
    assertEquals(List.of(10L, 15L, 30L, 40L), complete(List.of(10L, 30L, 40L), 15, 30));
    assertEquals(List.of(10L, 15L, 15L, 30L, 40L), complete(List.of(10L, 15L, 30L, 40L), 15, 15));
  }

  @Test
  void aRecursiveFunctionHasNoCallTwiceWhereTheKernelTellsTheCaller() {
    assertEquals(List.of(10L, 30L, 40L), complete(List.of(10L, 30L, 40L), 30, 40));
    assertEquals(List.of(10L, 15L, 30L, 40L), complete(List.of(10L, 15L, 30L, 40L), 15, 30));
    assertEquals(
        List.of(10L, 15L, 15L, 30L, 40L), complete(List.of(10L, 15L, 15L, 30L, 40L), 15, 15));
  }

  @Test
  void whatAnotherFunctionHasShownSaysNothing() {
    callers.complete(1, List.of(10L, 40L), 30, 40);

    assertEquals(List.of(10L, 15L, 15L), complete(List.of(10L, 15L, 15L), 15, 15));
  }

  @Test
  void aReturnProbeInAnOuterFunctionHidesWhatTheFramePointerLeadsTo() {
    long trampoline = 99;

    assertEquals(List.of(10L, 20L, 30L), complete(List.of(10L, 20L, 30L), 20, trampoline));
    assertEquals(List.of(10L, 20L, 99L), complete(List.of(10L, 99L), 20, trampoline));
  }
}
