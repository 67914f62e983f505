package dev.uprobe.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.api.v1alpha1.LabelSelector.Operator;
import dev.uprobe.api.v1alpha1.LabelSelector.Requirement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {

  @Test
  void anEmptySelectorSelectsEverything() {
    assertEquals(true, new LabelSelector(Map.of(), List.of()).matches(Map.of("app", "x")));
  }

  @Test
  void everyLabelAndEveryExpressionMustHold() {
    LabelSelector selector =
        new LabelSelector(
            Map.of("app", "x"), List.of(new Requirement("tier", Operator.EXISTS, List.of())));
    assertEquals(true, selector.matches(Map.of("app", "x", "tier", "1", "other", "y")));
    assertEquals(false, selector.matches(Map.of("app", "x")));
    assertEquals(false, selector.matches(Map.of("app", "y", "tier", "1")));
  }

  @ParameterizedTest
  @CsvSource({
    "IN, a, true",
    "IN, c, false",
    "IN, , false",
    "NOT_IN, a, false",
    "NOT_IN, c, true",
    "NOT_IN, , true",
    "EXISTS, a, true",
    "EXISTS, , false",
    "DOES_NOT_EXIST, a, false",
    "DOES_NOT_EXIST, , true"
  })
  void anExpressionComparesOneLabel(Operator operator, String value, boolean isSelected) {
    LabelSelector selector =
        new LabelSelector(Map.of(), List.of(new Requirement("tier", operator, List.of("a", "b"))));
    assertEquals(isSelected, selector.matches(value == null ? Map.of() : Map.of("tier", value)));
  }
}
