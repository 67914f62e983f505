package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.ActiveTrace;
import dev.uprobe.agent.engine.AttachResult;
import dev.uprobe.agent.engine.ContainerState;
import dev.uprobe.agent.engine.Diagnostics;
import dev.uprobe.agent.engine.EngineContext;
import dev.uprobe.agent.engine.TraceListener;
import dev.uprobe.agent.process.files.LibraryName;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.TracePlan;
import dev.uprobe.language.text.Sentence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A trace of the command line, and what its user is told of it: at the start why it cannot run, and
 * later what does not fit its probes.
 */
final class HostTrace implements TraceListener {
  private static final int MAX_WARNINGS = 64;

  private final TracePlan plan;
  private final Diagnostics diagnostics;
  private final BiConsumer<HostTrace, String> onEnd;
  private final ActiveTrace active;
  private final Set<String> warned = new HashSet<>();

  /** What did not fit before the start was checked, which may end with an error instead. */
  private final Map<ProbePlan, List<AttachResult.Failed>> early = new LinkedHashMap<>();

  private boolean hasStarted;

  /**
   * @param onEnd gets the sentence that says why the trace has ended
   */
  HostTrace(
      TracePlan plan,
      EngineContext context,
      Diagnostics diagnostics,
      BiConsumer<HostTrace, String> onEnd) {
    this.plan = plan;
    this.diagnostics = diagnostics;
    this.onEnd = onEnd;
    this.active = new ActiveTrace(context, plan.namespace(), plan.name(), this, List.of());
  }

  TracePlan plan() {
    return plan;
  }

  ActiveTrace active() {
    return active;
  }

  @Override
  public void ended(String reason) {
    onEnd.accept(this, Sentence.of(reason));
  }

  @Override
  public void tried(ProbePlan probe, AttachResult result) {
    if (result instanceof AttachResult.Failed failure) {
      if (hasStarted) {
        warn(probe, failure);
      } else {
        early.computeIfAbsent(probe, key -> new ArrayList<>()).add(failure);
      }
    }
  }

  /** A probe that takes any process's executable passes over those that it does not fit. */
  private void warn(ProbePlan probe, AttachResult.Failed failure) {
    HostFilter filter = plan.host();
    boolean isNamed = probe.binary().isPresent() || filter.binary().isPresent();
    boolean isWaitedFor = filter.comm().isPresent() || filter.pid().isPresent();
    if (isNamed || isWaitedFor && active.functions(probe.name()) == 0) {
      warnOnce(sentence(probe, failure.message()));
    }
  }

  /** Says each thing once, however many processes it is true of. */
  private void warnOnce(String sentence) {
    if (warned.size() < MAX_WARNINGS && warned.add(sentence)) {
      diagnostics.warn(sentence);
    }
  }

  /**
   * Checks what came of the first attempt to attach. To be called once after it.
   *
   * @param refused gets the probes that this kernel does not attach
   * @throws TraceException when the trace, or one of its probes, cannot run
   */
  void checkStart(RefusedProbes refused) throws TraceException {
    if (active.refusal().isPresent()) {
      throw refusal(active.refusal().get());
    }
    Map<String, AttachResult> results = results();
    for (ProbePlan probe : plan.probes()) {
      check(probe, Optional.ofNullable(results.get(probe.name())), refused);
    }
    hasStarted = true;
    early.forEach((probe, failures) -> failures.forEach(each -> warn(probe, each)));
    early.clear();
  }

  private Map<String, AttachResult> results() {
    Map<String, AttachResult> results = new LinkedHashMap<>();
    for (ContainerState host : active.containers()) {
      host.attempts().forEach((probe, attempt) -> results.put(probe, attempt.result()));
    }
    return results;
  }

  private TraceException refusal(AttachResult.Failed failure) {
    HostFilter filter = plan.host();
    String field = "";
    if (failure.reason() == AttachReason.PROCESS_NOT_FOUND && filter.pid().isPresent()) {
      field = "target.host.pid: ";
    } else if (failure.reason() != AttachReason.MISSING_CAPABILITY
        && filter.binary().isPresent()
        && failure.details().isEmpty()) {
      field = "target.host.binary: ";
    }
    return new TraceException(Sentence.of(field + failure.message()), failure.details());
  }

  private void check(ProbePlan probe, Optional<AttachResult> result, RefusedProbes refused)
      throws TraceException {
    if (result.isEmpty() || result.get() instanceof AttachResult.Attached) {
      return;
    }
    if (result.get() instanceof AttachResult.Failed failure) {
      early.remove(probe);
      check(probe, failure, refused);
    } else {
      diagnostics.warn(sentence(probe, result.get().message()));
    }
  }

  private void check(ProbePlan probe, AttachResult.Failed failure, RefusedProbes refused)
      throws TraceException {
    boolean mayBeLoaded =
        failure.reason() == AttachReason.FILE_NOT_FOUND
            && probe.binary().filter(LibraryName::isLibrary).isPresent();
    if (mayBeLoaded) {
      diagnostics.warn(
          sentence(
              probe,
              "waiting for a process that maps "
                  + probe.binary().get()
                  + ". "
                  + failure.message()));
      return;
    }
    TraceException reason =
        new TraceException(sentence(probe, failure.message()), failure.details());
    if (!failure.isKernels()) {
      throw reason;
    }
    refused.add(reason);
  }

  private static String sentence(ProbePlan probe, String text) {
    return "Probe " + probe.name() + ": " + Sentence.of(text);
  }
}
