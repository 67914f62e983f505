package dev.uprobe.agent.node;

import dev.uprobe.agent.trace.FileResult;
import java.util.List;
import java.util.Optional;

/**
 * What came of one attempt to attach a probe in a container.
 *
 * @param isComplete whether another attempt would find nothing left to do
 */
record Outcome(FileResult result, boolean isComplete) {

  /** Returns the outcome of a failure that another attempt may mend. */
  static Outcome failed(String reason) {
    return new Outcome(new FileResult.Failed(reason, ""), false);
  }

  /**
   * Sums up the files of a container. A probe is in a container when it is in one of its files: of
   * a container's executables, most do not have the function.
   */
  static Outcome of(List<FileResult> files) {
    if (files.isEmpty()) {
      return new Outcome(
          new FileResult.Undecided("no process of the container has started its program yet"),
          false);
    }
    FileResult result =
        first(FileResult.Attached.class, files)
            .or(() -> first(FileResult.Undecided.class, files))
            .orElse(files.get(0));
    boolean isComplete =
        result instanceof FileResult.Attached && first(FileResult.Undecided.class, files).isEmpty();
    return new Outcome(result, isComplete);
  }

  private static Optional<FileResult> first(
      Class<? extends FileResult> kind, List<FileResult> files) {
    return files.stream().filter(kind::isInstance).findFirst();
  }
}
