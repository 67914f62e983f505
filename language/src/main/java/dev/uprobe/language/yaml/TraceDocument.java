package dev.uprobe.language.yaml;

import java.util.Map;

/**
 * One trace of a file, and where its fields are.
 *
 * @param source the file's name
 * @param positions where each field begins, by its path, such as {@code spec.probes[0].symbol}
 */
public record TraceDocument(TraceManifest trace, String source, Map<String, Position> positions) {

  public TraceDocument {
    positions = Map.copyOf(positions);
  }

  /**
   * Returns the message with the file, line, column and path of the field that it is about.
   *
   * <p>A field that is missing is where its parent is.
   */
  public String locate(String path, String message) {
    return source + ":" + FieldPaths.nearest(path, positions) + ": " + path + ": " + message;
  }
}
