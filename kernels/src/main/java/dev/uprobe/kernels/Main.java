package dev.uprobe.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Checks what guests left behind, and prints one matrix of kernels and checks. */
public final class Main {
  private Main() {}

  /**
   * Says of the suites that were just run what is right and what is wrong, and ends with status 1
   * if anything is. The matrix in {@code RESULTS/matrix.md} has all results, of earlier runs too.
   *
   * @param arguments the folder of results, then {@code ROW:SUITE,SUITE} for each row that was run;
   *     or the folder, {@code --docs}, and the files whose tables are to be written anew
   */
  public static void main(String[] arguments) throws IOException {
    Path results = Path.of(arguments[0]);
    List<String> words = List.of(arguments).subList(1, arguments.length);
    List<Row> rows = Row.all(results);
    Matrix matrix = Matrix.of(rows);
    if (words.get(0).equals("--docs")) {
      for (String file : words.subList(1, words.size())) {
        Tables.write(Path.of(file), matrix);
      }
      return;
    }
    int right = 0;
    int wrong = 0;
    for (String word : words) {
      String[] parts = word.split(":", 2);
      List<String> suites = Arrays.asList(parts[1].split(","));
      Row row =
          rows.stream().filter(each -> each.name().equals(parts[0])).findFirst().orElseThrow();
      for (Map.Entry<Check, Check.Outcome> each : matrix.outcomes(row).entrySet()) {
        Check.Outcome outcome = each.getValue();
        if (suites.contains(outcome.suite())) {
          boolean isRight = outcome.verdict() == Check.Verdict.RIGHT;
          right += isRight ? 1 : 0;
          wrong += isRight ? 0 : 1;
          System.out.printf(
              "%-6s %-16s %-36s %s%n",
              isRight ? "ok" : "WRONG", row.name(), each.getKey().name(), outcome.note());
        }
      }
    }
    System.out.printf("%d passed, %d failed%n%n%s", right, wrong, matrix.details());
    Files.writeString(results.resolve("matrix.md"), matrix.summary() + "\n" + matrix.details());
    if (wrong > 0 || right == 0) {
      System.exit(1);
    }
  }
}
