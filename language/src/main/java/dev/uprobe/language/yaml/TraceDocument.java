package dev.uprobe.language.yaml;

import java.util.Map;

/**
 * One trace in a file, with the positions of its fields.
 *
 * @param source the file's name
 * @param positions where each field begins, by its path, such as {@code spec.probes[0].symbol}
 */
public record TraceDocument(TraceManifest trace, String source, Map<String, Position> positions) {

  public TraceDocument {
    positions = Map.copyOf(positions);
  }

  /**
   * Returns the message with file, line, column and path of its field.
   *
   * <p>A missing field has the position of its parent.
   */
  public String locate(String path, String message) {
    return source + ":" + FieldPaths.nearest(path, positions) + ": " + path + ": " + message;
  }
}
