package dev.uprobe.kernels;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Kernels and checks: what was seen to work on which. */
final class Matrix {
  private final Map<Row, Map<Check, Check.Outcome>> rows = new LinkedHashMap<>();
  private final Map<Row, JUnitResults> tests = new LinkedHashMap<>();

  /** Checks the results of all guests that ran. */
  static Matrix of(List<Row> rows) throws IOException {
    Matrix matrix = new Matrix();
    List<Check> checks = new ArrayList<>(TraceChecks.all());
    checks.addAll(HostChecks.all());
    checks.add(JUnitResults.check());
    for (Row row : rows) {
      if (row.ran()) {
        Map<String, Optional<Guest>> suites = new HashMap<>();
        Map<Check, Check.Outcome> outcomes = new LinkedHashMap<>();
        for (Check check : checks) {
          if (!suites.containsKey(check.suite())) {
            suites.put(check.suite(), row.guest(check.suite()));
          }
          outcomes.put(check, check.on(suites.get(check.suite())));
        }
        matrix.rows.put(row, outcomes);
        Optional<Guest> junit = row.guest("junit");
        if (junit.isPresent()) {
          matrix.tests.put(row, JUnitResults.of(junit.get()));
        }
      }
    }
    return matrix;
  }

  /** Returns the outcomes of a row by check. */
  Map<Check, Check.Outcome> outcomes(Row row) {
    return rows.getOrDefault(row, Map.of());
  }

  /** Returns a line a kernel in Markdown: how many checks of each kind were right, and for whom. */
  String summary() throws IOException {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    kinds.put("traces", List.of("traces", "race"));
    kinds.put("doctor", List.of("doctor"));
    kinds.put("pod", List.of("pod"));
    StringBuilder text = new StringBuilder("| kernel | seen on | stands for | ");
    text.append(String.join(" | ", kinds.keySet())).append(" | kernel tests |\n");
    text.append("| --- |").append(" --- |".repeat(kinds.size() + 3)).append('\n');
    for (Map.Entry<Row, Map<Check, Check.Outcome>> row : rows.entrySet()) {
      Row kernel = row.getKey();
      text.append("| %s | %s | %s |".formatted(kernel.name(), kernel.kernel(), kernel.standsFor()));
      for (List<String> suites : kinds.values()) {
        text.append(' ').append(count(row.getValue(), suites)).append(" |");
      }
      JUnitResults.Tally all =
          Optional.ofNullable(tests.get(kernel)).stream()
              .flatMap(each -> each.classes().values().stream())
              .reduce(new JUnitResults.Tally(0, 0, 0), JUnitResults.Tally::plus);
      text.append(' ').append(all.run() == 0 ? "–" : all.text()).append(" |\n");
    }
    return text.toString();
  }

  private static String count(Map<Check, Check.Outcome> outcomes, List<String> suites) {
    List<Check.Verdict> verdicts =
        outcomes.entrySet().stream()
            .filter(each -> suites.contains(each.getKey().suite()))
            .map(each -> each.getValue().verdict())
            .filter(each -> each != Check.Verdict.NOT_RUN)
            .toList();
    long right = verdicts.stream().filter(each -> each == Check.Verdict.RIGHT).count();
    String text = right + " of " + verdicts.size();
    if (verdicts.isEmpty()) {
      return Check.Verdict.NOT_RUN.text();
    }
    return right == verdicts.size() ? text : "**" + text + "**";
  }

  /** Returns a column a kernel and a line a check, in Markdown, and the same of JUnit's classes. */
  String details() throws IOException {
    StringBuilder text = new StringBuilder(header(rows.keySet().stream().toList()));
    text.append("| kernel |");
    for (Row row : rows.keySet()) {
      text.append(' ').append(row.kernel()).append(" |");
    }
    text.append('\n');
    for (Check check : checksMade()) {
      text.append(
          line(check.name(), rows.keySet(), row -> outcomes(row).get(check).verdict().text()));
    }
    if (!tests.isEmpty()) {
      text.append(
          "\nThe project's own kernel tests, which compile their programs in the guest:\n\n");
      text.append(header(tests.keySet().stream().toList()));
      TreeSet<String> classes = new TreeSet<>();
      tests.values().forEach(each -> classes.addAll(each.classes().keySet()));
      for (String name : classes) {
        text.append(
            line(
                name,
                tests.keySet(),
                row ->
                    Optional.ofNullable(tests.get(row).classes().get(name))
                        .map(JUnitResults.Tally::text)
                        .orElse(Check.Verdict.NOT_RUN.text())));
      }
    }
    return text.toString();
  }

  private static String header(List<Row> rows) {
    return "| | "
        + rows.stream().map(Row::name).collect(Collectors.joining(" | "))
        + " |\n| --- |"
        + " --- |".repeat(rows.size())
        + "\n";
  }

  private static String line(String name, Iterable<Row> rows, Function<Row, String> cell) {
    StringBuilder text = new StringBuilder("| ").append(name).append(" |");
    rows.forEach(each -> text.append(' ').append(cell.apply(each)).append(" |"));
    return text.append('\n').toString();
  }

  private List<Check> checksMade() {
    return rows.values().stream()
        .flatMap(each -> each.keySet().stream())
        .distinct()
        .filter(
            check ->
                rows.values().stream()
                    .anyMatch(each -> each.get(check).verdict() != Check.Verdict.NOT_RUN))
        .toList();
  }
}
