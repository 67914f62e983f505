package dev.uprobe.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixTest {
  @TempDir private Path results;

  @Test
  void hasEveryRowOfWhichResultsAreThereWheneverItRan() throws IOException {
    write("amd64-6.1/junit/kernel", "6.1.0-56-cloud-amd64\n");
    write("amd64-5.10/race/kernel", "5.10.0-46-cloud-amd64\n");

    String table = matrix().details();

    assertTrue(table.startsWith("| | amd64-5.10 | amd64-6.1 |\n| --- | --- | --- |\n"), table);
    assertTrue(table.contains("| kernel | 5.10.0-46-cloud-amd64 | 6.1.0-56-cloud-amd64 |"), table);
  }

  @Test
  void aSuiteThatLeftNothingBehindIsWrongAndOneThatWasNotRunIsNot() throws IOException {
    write("amd64-6.1/race/kernel", "6.1.0-56-cloud-amd64\n");

    String table = matrix().details();

    assertTrue(table.contains("| 8 threads, 8,000 calls | **no** |"), table);
    assertTrue(!table.contains("lockdown"), table);
  }

  @Test
  void countsTestsByTheirClass() throws IOException {
    write("amd64-6.1/junit/kernel", "6.1.0-56-cloud-amd64\n");
    write("amd64-6.1/junit/classes", "CallsTest\nGoTest\n");
    write(
        "amd64-6.1/junit/reports/TEST-junit-jupiter.xml",
        """
        <testsuite name="JUnit Jupiter">
        <testcase name="one" classname="dev.uprobe.agent.trace.CallsTest" time="3"/>
        <testcase name="two" classname="dev.uprobe.agent.trace.CallsTest" time="4">
        <failure message="wrong">a stack trace</failure>
        </testcase>
        <testcase name="three" classname="dev.uprobe.agent.trace.GoTest"/>
        <testcase name="four" classname="dev.uprobe.agent.trace.GoTest"><skipped/></testcase>
        </testsuite>
        """);

    String table = matrix().details();

    assertTrue(table.contains("| CallsTest | **1 of 2** |"), table);
    assertTrue(table.contains("| GoTest | 1 of 1 |"), table);
    assertEquals(List.of("CallsTest **1 of 2**"), notes("kernel tests of the project"));
  }

  @Test
  void aClassThatNeverRanIsAFailure() throws IOException {
    write("amd64-6.1/junit/kernel", "6.1.0-56-cloud-amd64\n");
    write("amd64-6.1/junit/classes", "CallsTest\n");

    assertEquals(
        List.of("of [CallsTest] only these ran: []"), notes("kernel tests of the project"));
  }

  private List<String> notes(String check) throws IOException {
    Row row = Row.all(results).get(1);
    return matrix().outcomes(row).entrySet().stream()
        .filter(each -> each.getKey().name().equals(check))
        .map(each -> each.getValue().note())
        .toList();
  }

  private Matrix matrix() throws IOException {
    return Matrix.of(Row.all(results));
  }

  private void write(String path, String text) throws IOException {
    Path file = results.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
