package dev.uprobe.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TablesTest {

  @Test
  void replacesWhatIsBetweenTheMarksAndNothingElse() {
    String document = "Before\n<!-- matrix -->\n| old |\n<!-- end of matrix -->\nAfter\n";

    assertEquals(
        "Before\n<!-- matrix -->\n| new |\n<!-- end of matrix -->\nAfter\n",
        Tables.with(document, "| summary |\n", "| new |\n"));
  }

  @Test
  void theShortTableHasMarksOfItsOwn() {
    String document = "<!-- kernels -->\n<!-- end of kernels -->\n";

    assertEquals(
        "<!-- kernels -->\n| summary |\n<!-- end of kernels -->\n",
        Tables.with(document, "| summary |\n", "| details |\n"));
  }

  @Test
  void aDocumentWithoutMarksIsAMistake() {
    assertThrows(IllegalArgumentException.class, () -> Tables.with("# Kernels\n", "", ""));
  }
}
