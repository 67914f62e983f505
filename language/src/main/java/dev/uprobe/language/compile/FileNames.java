package dev.uprobe.language.compile;

/** Validates names of files and libraries. */
final class FileNames {
  /** PATH_MAX of Linux without the terminating NUL. */
  private static final int MAX_LENGTH = 4095;

  private FileNames() {}

  static void check(String path, Problems problems) {
    problems.addIf(
        path.isEmpty() || path.length() > MAX_LENGTH,
        "must have 1 to " + MAX_LENGTH + " characters");
    problems.addIf(path.indexOf('\0') >= 0, "must not contain a NUL character");
  }
}
