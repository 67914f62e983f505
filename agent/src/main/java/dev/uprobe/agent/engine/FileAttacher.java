package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.engine.locate.AutoTypes;
import dev.uprobe.agent.engine.locate.ProbeSite;
import dev.uprobe.agent.engine.locate.ResolvedSites;
import dev.uprobe.agent.engine.locate.SiteResolver;
import dev.uprobe.agent.process.files.Fingerprint;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.process.watch.WatchedFile;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Attaches a probe to the functions of one file: finds them, and links the programs to them. */
record FileAttacher(AttachedProbe probe, SiteResolver sites, Diagnostics diagnostics) {
  private static final String TRAMPOLINE =
      "returnProbe: Trampoline crashes a program if an exception passes through a probed function, or"
          + " if the program switches stacks inside one; remove it if programs may do so";

  /**
   * Attaches to what the file has now.
   *
   * @param key by which the probe knows the file
   * @param content is watched since before this
   */
  AttachResult attach(TargetFile file, Fingerprint key, WatchedFile content) {
    content.beginReading();
    try {
      AttachResult result = attachFunctions(file, key, content);
      // What was found wrong with a file that was being written is wrong no more.
      return result instanceof AttachResult.Failed && content.isChanged()
          ? beingWritten(file)
          : result;
    } finally {
      content.endReading();
    }
  }

  private AttachResult attachFunctions(TargetFile file, Fingerprint key, WatchedFile content) {
    try {
      complete(file);
      ResolvedSites found = sites.find(plan(), file);
      Optional<String> refusal = found.refusal(file.displayPath());
      if (found.sites().isEmpty()) {
        return found
            .pending()
            .<AttachResult>map(AttachResult.Pending::new)
            .orElseGet(
                () ->
                    new AttachResult.Failed(AttachReason.NOT_SUPPORTED, refusal.orElseThrow(), ""));
      }
      if (plan().returnProbe() == ReturnProbe.TRAMPOLINE) {
        diagnostics.warn(sentence(TRAMPOLINE));
      }
      refusal.ifPresent(reason -> diagnostics.warn(sentence(reason)));
      return attach(file, key, content, found.sites());
    } catch (IOException e) {
      return AttachResult.Failed.of(e);
    } catch (KernelException e) {
      return new AttachResult.Failed(
          AttachResult.Failed.reason(e), file.displayPath() + ": " + e.getMessage(), e.details());
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
              + " differ from those of the file that the probe was attached to first; trace it with"
              + " its own probe");
    }
  }

  private AttachResult attach(
      TargetFile file, Fingerprint key, WatchedFile content, List<ProbeSite> found)
      throws KernelException {
    if (content.isChanged()) {
      return beingWritten(file);
    }
    List<AttachedProbe.Refusal> refusals = probe.attach(key, file.path().toString(), found);
    if (!probe.guard(key, content)) {
      probe.detach(key);
      return beingWritten(file);
    }
    if (refusals.isEmpty()) {
      return new AttachResult.Attached();
    }
    String names =
        refusals.stream().map(each -> each.site().name()).collect(Collectors.joining(", "));
    boolean inside =
        plan().place() instanceof AttachPoint.Address
            || plan().place() instanceof AttachPoint.Functions functions && functions.offset() != 0;
    String message =
        "the kernel cannot probe the "
            + (inside ? "instruction at " : "first instruction of ")
            + names
            + " in "
            + file.displayPath()
            + (inside ? "; choose another one" : "; choose another function");
    if (refusals.size() == found.size()) {
      return new AttachResult.Failed(
          AttachReason.NOT_SUPPORTED, message, refusals.get(0).cause().getMessage());
    }
    diagnostics.warn(sentence(message));
    return new AttachResult.Attached();
  }

  static AttachResult beingWritten(TargetFile file) {
    return new AttachResult.Pending(
        file.displayPath() + " is being rewritten; the probe waits until it is complete");
  }

  ProbePlan plan() {
    return probe.probe().plan();
  }

  /** Returns a sentence that names the probe. */
  private String sentence(String text) {
    return "Probe " + plan().name() + ": " + Sentence.of(text);
  }
}
