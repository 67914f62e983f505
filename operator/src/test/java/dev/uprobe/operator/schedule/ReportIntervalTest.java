package dev.uprobe.operator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportIntervalTest {
  private static final int BUDGET = 20;

  @ParameterizedTest
  @CsvSource({"0, 2", "40, 2", "41, 4", "50, 4", "80, 4", "5000, 256", "10000000, 3600"})
  void itGrowsWithTheNumberOfAttachments(int attachments, int seconds) {
    assertEquals(seconds, ReportInterval.of(attachments, BUDGET).choose(Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 39, 41, 50, 799, 5000, 72_000})
  void allTogetherStayInTheBudget(int attachments) {
    int seconds = ReportInterval.of(attachments, BUDGET).choose(Optional.empty());
    assertTrue((double) attachments / seconds <= BUDGET, seconds + " s is too short");
  }

  @ParameterizedTest
  @CsvSource({"41, 2, 4", "41, 4, 4", "39, 4, 4", "39, 8, 8", "39, 16, 2", "5000, 128, 256"})
  void oneThatIsLongEnoughStays(int attachments, int current, int seconds) {
    assertEquals(seconds, ReportInterval.of(attachments, BUDGET).choose(Optional.of(current)));
  }
}
