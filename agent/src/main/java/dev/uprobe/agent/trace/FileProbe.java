package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.AttachedProbe;
import dev.uprobe.agent.attach.Site;
import dev.uprobe.agent.kernel.KernelException;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.plan.ProbePlan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
      FoundSites found = sites.find(plan(), file);
      Optional<String> refusal = found.refusal(file.displayPath());
      if (found.sites().isEmpty()) {
        return found
            .undecided()
            .<FileResult>map(FileResult.Undecided::new)
            .orElseGet(() -> new FileResult.Failed(refusal.orElseThrow(), ""));
      }
      refusal.ifPresent(reason -> notices.tell(sentence(reason)));
      return attach(file, key, found.sites());
    } catch (IOException e) {
      return new FileResult.Failed(e.getMessage(), "");
    } catch (KernelException e) {
      return new FileResult.Failed(file.displayPath() + ": " + e.getMessage(), e.details());
    }
  }

  private FileResult attach(TargetFile file, Object key, List<Site> found) throws KernelException {
    List<AttachedProbe.Refusal> refusals = probe.attach(key, file.path().toString(), found);
    if (refusals.isEmpty()) {
      return new FileResult.Attached();
    }
    String names =
        refusals.stream().map(each -> each.site().name()).collect(Collectors.joining(", "));
    String reason =
        "the kernel cannot probe the first instruction of "
            + names
            + " in "
            + file.displayPath()
            + "; choose another function";
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
