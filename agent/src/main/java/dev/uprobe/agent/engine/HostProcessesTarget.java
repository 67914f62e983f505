package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.HostTarget;
import dev.uprobe.agent.process.files.LibraryName;
import dev.uprobe.agent.process.watch.MappingWatch.NewMapping;
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

/** Processes of the host itself, in containers or not. Used by one thread. */
final class HostProcessesTarget implements TraceTarget {
  private final EngineContext context;
  private final HostFilter filter;
  private final TraceListener listener;
  private final Map<String, HostAttempts> attempts = new LinkedHashMap<>();
  private Optional<SelectedExecutables> executables = Optional.empty();
  private int version;
  private boolean isNewVersion;
  private Optional<ProcessEnd> end = Optional.empty();
  private boolean isFinished;
  private Optional<Selection> selection = Optional.empty();

  HostProcessesTarget(EngineContext context, HostFilter filter, TraceListener listener) {
    this.context = context;
    this.filter = filter;
    this.listener = listener;
  }

  /** A program that is replaced by another file is followed. */
  @Override
  public Selection select() throws IOException, KernelException {
    if (end.isEmpty() && filter.pid().isPresent()) {
      end = Optional.of(context.processes().awaitEnd(filter.pid().getAsInt()));
    }
    if (executables.isEmpty() && filter.binary().isPresent()) {
      executables =
          Optional.of(
              new SelectedExecutables(
                  context.environment(),
                  context.probes().offsets(),
                  context.host(),
                  filter.binary().get()));
    }
    if (executables.isPresent()) {
      int newest = executables.get().refresh(System.nanoTime());
      if (newest != version) {
        attempts.clear();
        isNewVersion = true;
      }
      version = newest;
    }
    if (selection.isEmpty()) {
      selection =
          Optional.of(Selection.of(filter, executables.map(SelectedExecutables::selection)));
    }
    return selection.get();
  }

  @Override
  public boolean attach(TraceProbes probes, MappingDelta delta, long now) {
    if (end.filter(ProcessEnd::hasEnded).isPresent()) {
      return finish(probes, now);
    }
    if (isNewVersion || delta.everything()) {
      isNewVersion = false;
      attachNewest(probes, now);
    }
    boolean changed = false;
    try (HostFileCache looks = new HostFileCache(context.host(), target())) {
      for (String name : probes.names()) {
        HostAttempts here =
            attempts.computeIfAbsent(name, key -> new HostAttempts(this::selectVersions));
        Optional<AttachAttempt> before = here.whole();
        Optional<ProbeFiles> probe = probes.loaded(name);
        if (probe.isPresent()) {
          if (delta.everything()) {
            here.attachAll(probe.get(), looks, now);
          } else {
            Set<Integer> mapped = delta.pids(each -> mayConcern(probe.get(), each));
            here.attach(probe.get(), looks, mapped, now);
          }
        } else {
          here.refused(probes.refused().get(name));
        }
        changed |=
            !before.map(AttachAttempt::result).equals(here.whole().map(AttachAttempt::result));
      }
    }
    // Nothing notices that a process ends, so now and then will do.
    if (delta.equals(MappingDelta.NOTHING)) {
      retainUsed(probes, now);
    }
    return changed;
  }

  /**
   * Attaches to the files that paths lead to now. Who runs them does not matter, so no process is
   * looked at: somebody may be about to.
   */
  private void attachNewest(TraceProbes probes, long now) {
    for (String name : probes.names()) {
      Optional<ProbeFiles> probe = probes.loaded(name);
      Optional<String> path = probe.flatMap(this::path);
      if (path.isPresent()) {
        try (FoundFiles found = context.host().findNewest(path.get())) {
          selectVersions();
          probe.get().attach(found.files().get(0), Set.of(HostAttempts.HOST), now);
        } catch (IOException e) {
          // The look at all processes that follows says so.
          continue;
        }
      }
    }
  }

  /** Returns the path of the only file that a probe can belong to. */
  private Optional<String> path(ProbeFiles probe) {
    Optional<String> binary = probe.plan().binary();
    return binary.isPresent()
        ? binary.filter(each -> !LibraryName.isLibrary(each))
        : filter.binary();
  }

  /** Returns whether a file that a process has just mapped may be one that a probe belongs to. */
  private boolean mayConcern(ProbeFiles probe, NewMapping mapping) {
    if (context.host().isOfNode()) {
      // A process in another mount namespace calls its files by names of its own.
      return true;
    }
    if (probe.isDone(mapping.file())
        || filter.pid().isPresent() && filter.pid().getAsInt() != mapping.pid()) {
      return false;
    }
    Optional<String> binary = probe.plan().binary();
    if (binary.isEmpty()) {
      boolean mayBeSelected =
          executables.isEmpty() || executables.get().names().contains(mapping.path());
      return mayBeSelected
          && context.host().executable(mapping.pid()).filter(mapping.path()::equals).isPresent();
    }
    String path = mapping.path();
    return LibraryName.isLibrary(binary.get())
        ? new LibraryName(binary.get()).matches(path.substring(path.lastIndexOf('/') + 1))
        : path.equals(realName(binary.get()));
  }

  /** Processes show files without symbolic links. */
  private String realName(String path) {
    try {
      return context.host().realName(path);
    } catch (IOException e) {
      return path;
    }
  }

  /** Another process that gets the number is not the one that was meant. */
  private boolean finish(TraceProbes probes, long now) {
    boolean changed = !isFinished;
    if (!isFinished) {
      isFinished = true;
      attempts.clear();
    }
    if (changed) {
      listener.ended("Process " + end.orElseThrow().name() + " has ended");
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
    HostAttempts refused = new HostAttempts(() -> {});
    refused.refused(AttachAttempt.first(new Outcome(ended, true), now));
    return refused;
  }

  /** A file that was just found may be newer than what the programs select. */
  private void selectVersions() throws IOException {
    if (executables.isPresent()) {
      try {
        executables.get().refresh(System.nanoTime());
      } catch (KernelException e) {
        context.diagnostics().warn(e.getMessage());
      }
    }
  }

  private HostTarget target() {
    return new HostTarget(filter, executables.map(SelectedExecutables::names).orElse(Set.of()));
  }

  private void retainUsed(TraceProbes probes, long now) {
    try {
      Set<Object> users = new HashSet<>(context.host().pids());
      users.add(HostAttempts.HOST);
      if (probes.hasUnused(users, now)) {
        // A process that maps a file which is done is not looked at, and may have it now.
        findUsers(probes, now);
      }
      probes.retain(users, now);
    } catch (IOException e) {
      context
          .diagnostics()
          .warn("The processes of this node cannot be listed: " + Sentence.reason(e) + ".");
    }
  }

  private void findUsers(TraceProbes probes, long now) {
    try (HostFileCache looks = new HostFileCache(context.host(), target())) {
      for (String name : probes.loadedNames()) {
        attempts
            .computeIfAbsent(name, key -> new HostAttempts(this::selectVersions))
            .attachAll(probes.loaded(name).orElseThrow(), looks, now);
      }
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
