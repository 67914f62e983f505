package dev.uprobe.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the matrix into documents, between lines that mark where each table is. */
final class Tables {
  private Tables() {}

  /** Writes the tables that a document has marks for. */
  static void write(Path document, Matrix matrix) throws IOException {
    String text = Files.readString(document);
    Files.writeString(document, with(text, matrix.summary(), matrix.details()));
  }

  /**
   * Returns a document with its tables replaced.
   *
   * @throws IllegalArgumentException if it has no place for either
   */
  static String with(String document, String summary, String details) {
    String text = between(document, "kernels", summary);
    text = between(text, "matrix", details);
    if (!document.contains("<!-- kernels -->") && !document.contains("<!-- matrix -->")) {
      throw new IllegalArgumentException(
          "The document has neither <!-- kernels --> nor <!-- matrix -->.");
    }
    return text;
  }

  private static String between(String document, String name, String table) {
    String begin = "<!-- " + name + " -->\n";
    int from = document.indexOf(begin);
    int to = document.indexOf("<!-- end of " + name + " -->");
    return from < 0 || to < from
        ? document
        : document.substring(0, from + begin.length()) + table + document.substring(to);
  }
}
