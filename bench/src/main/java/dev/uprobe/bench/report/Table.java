package dev.uprobe.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Rows as a Markdown table. */
public final class Table {
  private Table() {}

  /** Returns the table, columns aligned. */
  public static String of(List<Row> rows) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.of("what", "measured", "must be", "met"));
    for (Row row : rows) {
      cells.add(List.of(row.what(), row.measured(), row.bound(), row.verdict().text()));
    }
    int[] widths = new int[4];
    for (List<String> each : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], each.get(i).length());
      }
    }
    StringBuilder table = new StringBuilder();
    for (int line = 0; line < cells.size(); line++) {
      append(table, cells.get(line), widths);
      if (line == 0) {
        append(table, List.of("---", "---", "---", "---"), widths);
      }
    }
    return table.toString();
  }

  private static void append(StringBuilder table, List<String> cells, int[] widths) {
    table.append('|');
    for (int i = 0; i < widths.length; i++) {
      table.append(' ').append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length()));
      table.append(" |");
    }
    table.append('\n');
  }
}
