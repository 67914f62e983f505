package dev.uprobe.language.compile;

/**
 * One thing that is wrong with a trace.
 *
 * @param path the field, such as {@code spec.probes[1].where[0]}
 * @param message what is wrong and what to do, without the path
 */
public record Problem(String path, String message) {

  @Override
  public String toString() {
    return path + ": " + message;
  }
}
