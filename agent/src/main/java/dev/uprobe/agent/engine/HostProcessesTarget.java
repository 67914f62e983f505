package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.host.HostSelection;
import dev.uprobe.agent.process.files.HostTarget;
import dev.uprobe.agent.process.watch.ProcessEnd;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The processes of the node itself, in containers or not. Used by one thread. */
final class HostProcessesTarget implements TraceTarget {
  private final EngineContext tools;
  private final HostFilter filter;
  private final Map<String, HostAttempts> attempts = new LinkedHashMap<>();
  private Optional<SelectedExecutables> executables = Optional.empty();
  private int version;
  private Optional<ProcessEnd> end = Optional.empty();
  private boolean isFinished;
  private Optional<Selection> selection = Optional.empty();

  HostProcessesTarget(EngineContext tools, HostFilter filter) {
    this.tools = tools;
    this.filter = filter;
  }

  /** A program that is replaced by another file is followed. */
  @Override
  public Selection select() throws IOException, KernelException {
    if (end.isEmpty() && filter.pid().isPresent()) {
      end = Optional.of(tools.processes().awaitEnd(filter.pid().getAsInt()));
    }
    if (executables.isEmpty() && filter.binary().isPresent()) {
      executables =
          Optional.of(
              new SelectedExecutables(tools.environment(), tools.host(), filter.binary().get()));
    }
    if (executables.isPresent()) {
      int newest = executables.get().refresh(System.nanoTime());
      if (newest != version) {
        attempts.clear();
      }
      version = newest;
    }
    if (selection.isEmpty()) {
      selection =
          Optional.of(
              HostSelection.of(filter, executables.map(each -> each.selection(tools.fields()))));
    }
    return selection.get();
  }

  @Override
  public boolean attach(TraceProbes probes, MappingDelta seen, long now) {
    if (end.filter(ProcessEnd::hasEnded).isPresent()) {
      return finish(probes, now);
    }
    boolean changed = false;
    try (HostFileCache looks = new HostFileCache(tools.host(), target())) {
      for (String name : probes.names()) {
        HostAttempts here = attempts.computeIfAbsent(name, key -> new HostAttempts());
        Optional<AttachAttempt> before = here.whole();
        Optional<NodeProbe> probe = probes.loaded(name);
        if (probe.isPresent()) {
          here.attach(probe.get(), looks, seen, now);
        } else {
          here.refused(probes.refused().get(name));
        }
        changed |=
            !before.map(AttachAttempt::result).equals(here.whole().map(AttachAttempt::result));
      }
    }
    // Who ends is not told, so now and then will do.
    if (seen.equals(MappingDelta.NOTHING)) {
      retainUsed(probes, now);
    }
    return changed;
  }

  /** Another process that gets the number is not the one that was meant. */
  private boolean finish(TraceProbes probes, long now) {
    boolean changed = !isFinished;
    if (!isFinished) {
      isFinished = true;
      attempts.clear();
    }
    probes.detach();
    for (String name : probes.names()) {
      changed |= attempts.putIfAbsent(name, refusedBy(end.orElseThrow(), now)) == null;
    }
    return changed;
  }

  private static HostAttempts refusedBy(ProcessEnd end, long now) {
    AttachResult.Failed ended =
        new AttachResult.Failed(
            AttachReason.PROCESS_NOT_FOUND, "Process " + end.name() + " has ended", "");
    HostAttempts refused = new HostAttempts();
    refused.refused(AttachAttempt.first(new Outcome(ended, true), now));
    return refused;
  }

  private HostTarget target() {
    return new HostTarget(filter, executables.map(SelectedExecutables::names).orElse(Set.of()));
  }

  private void retainUsed(TraceProbes probes, long now) {
    try {
      Set<Object> users = new HashSet<>(tools.host().pids());
      users.add(HostAttempts.NODE);
      probes.retain(users, now);
    } catch (IOException e) {
      tools
          .notices()
          .tell("The processes of this node cannot be listed: " + Sentence.reason(e) + ".");
    }
  }

  @Override
  public void retain(Set<String> probes) {
    attempts.keySet().retainAll(probes);
  }

  @Override
  public Optional<Duration> untilNext(long now) {
    return attempts.values().stream()
        .flatMap(each -> each.untilNext(now).stream())
        .min(Duration::compareTo);
  }

  /** The host itself counts as one container. */
  @Override
  public List<ContainerState> states() {
    Map<String, AttachAttempt> latest = new LinkedHashMap<>();
    attempts.forEach((name, each) -> each.whole().ifPresent(whole -> latest.put(name, whole)));
    return List.of(new ContainerState(Optional.empty(), Optional.empty(), latest));
  }

  @Override
  public void close() {
    attempts.clear();
    executables.ifPresent(SelectedExecutables::close);
    end.ifPresent(ProcessEnd::close);
  }
}
