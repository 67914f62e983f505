package dev.uprobe.agent.engine;

import java.util.List;
import java.util.Optional;

/**
 * What came of one attempt to attach a probe in a container.
 *
 * @param isComplete whether another attempt would find nothing left to do
 */
public record Outcome(AttachResult result, boolean isComplete) {

  /** Returns the outcome of a failure that another attempt may mend. */
  public static Outcome failed(AttachResult.Failed failure) {
    return new Outcome(failure, false);
  }

  /** Returns the outcome where there is no file yet, and another attempt may find one. */
  public static Outcome waiting(String message) {
    return new Outcome(new AttachResult.Waiting(message), false);
  }

  /**
   * Sums up the files of a container or of a host, at least one. A probe is in a container when it
   * is in one of its files: of a container's executables, most do not have the function.
   */
  public static Outcome of(List<AttachResult> files) {
    AttachResult result =
        first(AttachResult.Attached.class, files)
            .or(() -> first(AttachResult.Pending.class, files))
            .orElseGet(() -> failure(files));
    boolean isComplete =
        result instanceof AttachResult.Attached
            && first(AttachResult.Pending.class, files).isEmpty();
    return new Outcome(result, isComplete);
  }

  private static AttachResult failure(List<AttachResult> failures) {
    // What is wrong with a file says more than what the kernel does not do on this host.
    AttachResult.Failed first =
        failures.stream()
            .map(AttachResult.Failed.class::cast)
            .filter(each -> !each.isKernels())
            .findFirst()
            .orElse((AttachResult.Failed) failures.get(0));
    String others = failures.size() == 1 ? "" : " (" + failures.size() + " files were tried)";
    return new AttachResult.Failed(first.reason(), first.message() + others, first.details());
  }

  private static Optional<AttachResult> first(
      Class<? extends AttachResult> kind, List<AttachResult> files) {
    return files.stream().filter(kind::isInstance).findFirst();
  }
}
