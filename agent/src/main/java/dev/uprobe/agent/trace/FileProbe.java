package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.AttachedProbe;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.target.TargetException;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.plan.Place;
import dev.uprobe.plan.ProbePlan;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Puts a probe on one file. */
public record FileProbe(AttachedProbe probe, ProbeSites sites, Notices notices) {

  /** Attaches to the functions of a file; it must not be called twice for the same file. */
  public FileResult attach(TargetFile file) {
    return attach(file, file.identity());
  }

  /**
   * Attaches to the functions of a file; it must not be called again for a file that it attached
   * to.
   *
   * @param key by what the caller knows the file when it is to be detached from
   */
  public FileResult attach(TargetFile file, Object key) {
    try {
      complete(file);
      ProbeSites.Found found = sites.find(plan(), file);
      return found.sites().isEmpty()
          ? new FileResult.Undecided(found.undecided().orElseThrow())
          : attach(file, key, found.sites());
    } catch (IOException e) {
      return new FileResult.Failed(e.getMessage(), "");
    } catch (KernelException e) {
      return new FileResult.Failed(file.displayPath() + ": " + e.getMessage(), e.details());
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
          "The types of "
              + plan().place().text()
              + " in "
              + file.displayPath()
              + " are not those of the file that the probe was attached to first; trace it by a"
              + " probe of its own");
    }
  }

  private FileResult attach(TargetFile file, Object key, List<AttachedProbe.Site> found)
      throws KernelException {
    List<AttachedProbe.Refusal> refusals = probe.attach(key, file.path().toString(), found);
    if (refusals.isEmpty()) {
      return new FileResult.Attached();
    }
    String names =
        refusals.stream().map(each -> each.site().name()).collect(Collectors.joining(", "));
    boolean inside =
        plan().place() instanceof Place.Address
            || plan().place() instanceof Place.Functions functions && functions.offset() != 0;
    String reason =
        "the kernel cannot probe the "
            + (inside ? "instruction at " : "first instruction of ")
            + names
            + " in "
            + file.displayPath()
            + (inside ? "; choose another one" : "; choose another function");
    if (refusals.size() == found.size()) {
      return new FileResult.Failed(reason, refusals.get(0).cause().getMessage());
    }
    notices.tell(sentence(reason));
    return new FileResult.Attached();
  }

  ProbePlan plan() {
    return probe.probe().plan();
  }

  /** Returns a sentence that names the probe. */
  String sentence(String text) {
    return "Probe " + plan().name() + ": " + text + (text.endsWith("?") ? "" : ".");
  }
}
