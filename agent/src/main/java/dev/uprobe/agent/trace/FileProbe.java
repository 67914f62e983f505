package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.AttachedProbe;
import dev.uprobe.agent.attach.Site;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.target.Fingerprint;
import dev.uprobe.agent.target.TargetException;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.plan.Place;
import dev.uprobe.plan.ProbePlan;
import dev.uprobe.v1alpha1.AttachReason;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Puts a probe on files, on each of them once: containers of one image show one file on several
 * devices. Used by one thread.
 */
public final class FileProbe {
  private final AttachedProbe probe;
  private final ProbeSites sites;
  private final Notices notices;
  private final Map<Fingerprint, Attempt> attempts = new HashMap<>();

  public FileProbe(AttachedProbe probe, ProbeSites sites, Notices notices) {
    this.probe = probe;
    this.sites = sites;
    this.notices = notices;
  }

  /**
   * Attaches to the functions of a file, if the probe is not on it already. A file that it did not
   * fit is tried again after a while.
   *
   * @param now by the clock of {@link System#nanoTime}
   */
  public FileResult attach(TargetFile file, long now) {
    try {
      Fingerprint fingerprint = Fingerprint.of(file.path());
      Optional<Attempt> last = Optional.ofNullable(attempts.get(fingerprint));
      if (last.filter(each -> isSettled(each, now)).isEmpty()) {
        Outcome outcome = Outcome.of(List.of(attempt(file, fingerprint)));
        attempts.put(
            fingerprint,
            last.map(each -> each.next(outcome, now)).orElse(Attempt.first(outcome, now)));
      }
      return attempts.get(fingerprint).result();
    } catch (IOException e) {
      return new FileResult.Failed(
          AttachReason.ATTACH_FAILED, file.displayPath() + " cannot be looked at", "");
    }
  }

  /** Who asks about an ifunc knows of processes that may have chosen since. */
  private static boolean isSettled(Attempt last, long now) {
    return !(last.result() instanceof FileResult.Undecided) && !last.isDue(now);
  }

  private FileResult attempt(TargetFile file, Fingerprint fingerprint) {
    try {
      complete(file);
      FoundSites found = sites.find(plan(), file);
      Optional<FileResult.Failed> refusal = found.refusal(file.displayPath());
      if (found.sites().isEmpty()) {
        return found
            .undecided()
            .<FileResult>map(FileResult.Undecided::new)
            .orElseGet(refusal::orElseThrow);
      }
      refusal.ifPresent(reason -> notices.tell(sentence(reason.message())));
      return attach(file, fingerprint, found.sites());
    } catch (IOException e) {
      return FileResult.Failed.of(e);
    } catch (KernelException e) {
      return new FileResult.Failed(
          FileResult.Failed.reason(e), file.displayPath() + ": " + e.getMessage(), e.details());
    }
  }

  /** One probe's events have one layout, so all of its files must have the same types. */
  private void complete(TargetFile file) throws IOException, KernelException {
    if (probe.asked().completion().isEmpty()) {
      return;
    }
    ProbePlan whole = AutoTypes.complete(probe.asked(), file);
    if (!probe.isLoaded()) {
      probe.complete(whole);
    } else if (!whole.equals(plan())) {
      throw new TargetException(
          AttachReason.NOT_SUPPORTED,
          "The types of "
              + plan().place().text()
              + " in "
              + file.displayPath()
              + " are not those of the file that the probe was attached to first; trace it by a"
              + " probe of its own");
    }
  }

  private FileResult attach(TargetFile file, Fingerprint fingerprint, List<Site> found)
      throws KernelException {
    List<AttachedProbe.Refusal> refusals = probe.attach(fingerprint, file.path().toString(), found);
    if (refusals.isEmpty()) {
      return new FileResult.Attached();
    }
    String names =
        refusals.stream().map(each -> each.site().name()).collect(Collectors.joining(", "));
    boolean inside =
        plan().place() instanceof Place.Address
            || plan().place() instanceof Place.Functions functions && functions.offset() != 0;
    String message =
        "the kernel cannot probe the "
            + (inside ? "instruction at " : "first instruction of ")
            + names
            + " in "
            + file.displayPath()
            + (inside ? "; choose another one" : "; choose another function");
    if (refusals.size() == found.size()) {
      return new FileResult.Failed(
          AttachReason.NOT_SUPPORTED, message, refusals.get(0).cause().getMessage());
    }
    notices.tell(sentence(message));
    return new FileResult.Attached();
  }

  /** Detaches from a file, and knows it no more. */
  public void detach(Fingerprint file) {
    probe.detach(file);
    attempts.remove(file);
  }

  public AttachedProbe probe() {
    return probe;
  }

  public ProbePlan plan() {
    return probe.probe().plan();
  }

  /** Returns a sentence that names the probe. */
  String sentence(String text) {
    return "Probe " + plan().name() + ": " + text + (text.endsWith("?") ? "" : ".");
  }
}
