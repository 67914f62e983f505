package dev.uprobe.language.yaml;

import java.util.Map;

/** Paths of fields, such as {@code spec.probes[0].symbol}; the root is the empty path. */
final class FieldPaths {
  static final String ROOT = "";

  private FieldPaths() {}

  static String field(String parent, String name) {
    return parent.isEmpty() ? name : parent + "." + name;
  }

  static String item(String parent, int index) {
    return parent + "[" + index + "]";
  }

  /** Returns the position of a path or else of its nearest parent that has one. */
  static Position nearest(String path, Map<String, Position> positions) {
    String at = path;
    while (!at.isEmpty() && !positions.containsKey(at)) {
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    return positions.getOrDefault(at, new Position(1, 1));
  }
}
