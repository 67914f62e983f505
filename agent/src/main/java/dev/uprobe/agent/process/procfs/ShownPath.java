package dev.uprobe.agent.process.procfs;

/**
 * The path of a file as the kernel shows it.
 *
 * @param deleted whether no name leads to the file any more, as {@code " (deleted)"} behind it says
 *     (fs/d_path.c)
 */
public record ShownPath(String path, boolean deleted) {
  private static final String DELETED = " (deleted)";

  /** Reads what is no path, such as {@code [vdso]}, as it is. */
  public static ShownPath of(String shown) {
    boolean deleted = shown.startsWith("/") && shown.endsWith(DELETED);
    return new ShownPath(
        deleted ? shown.substring(0, shown.length() - DELETED.length()) : shown, deleted);
  }
}
