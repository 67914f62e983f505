package dev.uprobe.language.yaml;

import org.yaml.snakeyaml.error.Mark;

/** A place in a file, line and column counted from 1. */
public record Position(int line, int column) {

  static Position of(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
