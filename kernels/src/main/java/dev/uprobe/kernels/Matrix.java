package dev.uprobe.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Checks the results of guests, and prints one table of kernels and checks. */
public final class Matrix {
  private final List<Check> checks = new ArrayList<>(TraceChecks.all());
  private final List<Guest> guests = new ArrayList<>();
  private final List<List<Check.Outcome>> outcomes = new ArrayList<>();

  private Matrix(List<Path> folders) throws IOException {
    checks.addAll(HostChecks.all());
    for (Path folder : folders) {
      guests.add(new Guest(folder));
    }
    for (Check check : checks) {
      List<Check.Outcome> row = new ArrayList<>();
      for (Guest guest : guests) {
        row.add(check.on(guest));
      }
      outcomes.add(row);
    }
  }

  /**
   * Reads results, says what is wrong, and writes the table as Markdown.
   *
   * @param arguments the file to write, then a folder for each row
   */
  public static void main(String[] arguments) throws IOException {
    List<Path> folders =
        List.of(arguments).subList(1, arguments.length).stream().map(Path::of).toList();
    Matrix matrix = new Matrix(folders);
    String table = matrix.table();
    Files.writeString(Path.of(arguments[0]), table);
    System.out.print(matrix.notes() + System.lineSeparator() + table);
    if (matrix.failed() > 0 || matrix.passed() == 0) {
      System.exit(1);
    }
  }

  private String table() throws IOException {
    StringBuilder text = new StringBuilder("| | ");
    for (Guest guest : guests) {
      text.append(guest.row()).append(" | ");
    }
    text.append("\n| --- |").append(" --- |".repeat(guests.size())).append("\n| kernel | ");
    for (Guest guest : guests) {
      text.append(guest.kernel()).append(" | ");
    }
    text.append('\n');
    for (int i = 0; i < checks.size(); i++) {
      if (outcomes.get(i).stream().allMatch(each -> each.verdict() == Check.Verdict.NOT_RUN)) {
        continue;
      }
      text.append("| ").append(checks.get(i).name()).append(" | ");
      outcomes.get(i).forEach(each -> text.append(each.verdict().text()).append(" | "));
      text.append('\n');
    }
    return text.toString().lines().map(String::stripTrailing).collect(Collectors.joining("\n"))
        + "\n";
  }

  private String notes() {
    StringBuilder text = new StringBuilder();
    for (int guest = 0; guest < guests.size(); guest++) {
      for (int check = 0; check < checks.size(); check++) {
        Check.Outcome outcome = outcomes.get(check).get(guest);
        if (outcome.verdict() != Check.Verdict.NOT_RUN) {
          text.append(
              "%-6s %-16s %-36s %s%n"
                  .formatted(
                      outcome.verdict() == Check.Verdict.RIGHT ? "ok" : "WRONG",
                      guests.get(guest).row(),
                      checks.get(check).name(),
                      outcome.note()));
        }
      }
    }
    return text.append("%d passed, %d failed%n".formatted(passed(), failed())).toString();
  }

  private long passed() {
    return count(Check.Verdict.RIGHT);
  }

  private long failed() {
    return count(Check.Verdict.WRONG);
  }

  private long count(Check.Verdict verdict) {
    return outcomes.stream()
        .flatMap(List::stream)
        .filter(each -> each.verdict() == verdict)
        .count();
  }
}
