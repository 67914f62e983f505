package dev.uprobe.agent.engine;

import dev.uprobe.agent.process.files.LibraryName;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.plan.ProbePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What became of one probe on the host. All processes are looked at once; from then on only those
 * that map something, and those that have not chosen yet what an ifunc stands for.
 */
final class HostAttempts {
  /** The user of a file that is named itself, whoever runs it. */
  static final Object HOST = "host";

  private final VersionSelection versions;
  private final Map<Integer, AttachAttempt> undecided = new HashMap<>();
  private Optional<AttachAttempt> whole = Optional.empty();

  /**
   * @param versions selects what paths lead to now, right before a file is attached to: it may be
   *     newer than when it was found
   */
  HostAttempts(VersionSelection versions) {
    this.versions = versions;
  }

  @FunctionalInterface
  interface VersionSelection {
    void refresh() throws IOException;
  }

  /** Returns what is known of the host as a whole; empty before the first attempt. */
  Optional<AttachAttempt> whole() {
    return whole;
  }

  /** Takes note that the kernel did not take the probe. */
  void refused(AttachAttempt refusal) {
    whole = Optional.of(refusal);
  }

  /**
   * Attaches to what is new.
   *
   * @param mapped processes that may have mapped a file of interest
   */
  void attach(ProbeFiles probe, HostFileCache looks, Set<Integer> mapped, long now) {
    if (whole.isEmpty() || whole.get().isDue(now) || !probe.changedFiles().isEmpty()) {
      attachAll(probe, looks, now);
      return;
    }
    Set<Integer> pids = new HashSet<>(mapped);
    undecided.forEach(
        (pid, each) -> {
          if (each.isDue(now)) {
            pids.add(pid);
          }
        });
    if (!pids.isEmpty()) {
      attachSome(probe, looks, pids, now);
    }
  }

  /** Attaches to all files of all processes. */
  void attachAll(ProbeFiles probe, HostFileCache looks, long now) {
    Outcome outcome;
    try {
      List<TargetFile> found = new ArrayList<>(looks.all(probe.plan().binary()));
      Set<Integer> asked = Set.copyOf(undecided.keySet());
      List<AttachResult> results = new ArrayList<>(attach(probe, looks, found, asked, now));
      attachChanged(probe, looks, found, results, now);
      outcome =
          isMeant(probe.plan(), looks.filter(), found)
              ? settled(results, hasUnaskable(found, results))
              : unmeant(results, looks.place());
    } catch (IOException e) {
      outcome = Outcome.failed(AttachResult.Failed.of(e));
    }
    Outcome latest = outcome;
    whole =
        Optional.of(
            whole.map(each -> each.next(latest, now)).orElse(AttachAttempt.first(latest, now)));
  }

  /** Files that changed are found by their names too: no process may have them mapped now. */
  private void attachChanged(
      ProbeFiles probe,
      HostFileCache looks,
      List<TargetFile> found,
      List<AttachResult> results,
      long now) {
    for (ProbeFiles.ChangedFile changed : probe.changedFiles()) {
      try {
        TargetFile file = looks.changed(changed);
        versions.refresh();
        AttachResult result = probe.attach(file, Set.of(), now);
        found.add(file);
        results.add(result);
        if (!(result instanceof AttachResult.Pending)) {
          probe.settle(changed);
        }
      } catch (IOException e) {
        probe.settle(changed);
      }
    }
  }

  /** What is found on disk only, because it is called like the processes, may be another thing. */
  private static boolean isMeant(ProbePlan plan, HostFilter filter, List<TargetFile> found) {
    return !found.isEmpty()
        && (plan.binary().isPresent()
            || filter.binary().isPresent()
            || found.stream().anyMatch(each -> !each.pids().isEmpty()));
  }

  /** Nothing has to be tried again: whoever starts is noticed. */
  private static Outcome unmeant(List<AttachResult> results, String place) {
    AttachResult result =
        results.stream()
            .filter(each -> !(each instanceof AttachResult.Failed))
            .findFirst()
            .orElse(
                new AttachResult.Waiting(
                    "no process of the " + place + " matches target.host yet"));
    return new Outcome(result, !(result instanceof AttachResult.Pending));
  }

  private void attachSome(ProbeFiles probe, HostFileCache looks, Set<Integer> pids, long now) {
    try {
      List<TargetFile> found = looks.of(probe.plan().binary(), pids);
      List<AttachResult> results = attach(probe, looks, found, pids, now);
      if (!results.isEmpty() && tellsMore(Outcome.of(results).result())) {
        whole =
            Optional.of(AttachAttempt.first(settled(results, hasUnaskable(found, results)), now));
      }
    } catch (IOException e) {
      // What these processes had was there a moment ago: they have ended.
      undecided.keySet().removeAll(pids);
    }
  }

  /**
   * Processes that are undecided are asked themselves, so nobody else has to be asked again.
   *
   * @param isOpen whether something is undecided that no process can be asked about
   */
  private static Outcome settled(List<AttachResult> results, boolean isOpen) {
    AttachResult result = Outcome.of(results).result();
    return new Outcome(result, !isOpen && !(result instanceof AttachResult.Failed));
  }

  /** A file that nobody runs is undecided while it is being written. */
  private static boolean hasUnaskable(List<TargetFile> files, List<AttachResult> results) {
    return IntStream.range(0, files.size())
        .anyMatch(
            i -> results.get(i) instanceof AttachResult.Pending && files.get(i).pids().isEmpty());
  }

  /** Tells whether what some processes have is better than what all of them had. */
  private boolean tellsMore(AttachResult part) {
    AttachResult known = whole.orElseThrow().result();
    boolean foundNothing = known instanceof AttachResult.Waiting;
    if (part instanceof AttachResult.Attached) {
      return !(known instanceof AttachResult.Attached);
    }
    return foundNothing
        || part instanceof AttachResult.Pending && known instanceof AttachResult.Failed;
  }

  /**
   * Attaches to files.
   *
   * @param asked the processes that were looked at, of which those that are decided are done with
   */
  private List<AttachResult> attach(
      ProbeFiles probe, HostFileCache looks, List<TargetFile> files, Set<Integer> asked, long now)
      throws IOException {
    List<AttachResult> results = new ArrayList<>();
    Map<Integer, AttachResult> waiting = new HashMap<>();
    for (TargetFile file : files) {
      versions.refresh();
      AttachResult result = probe.attach(file, users(probe.plan(), looks.filter(), file), now);
      results.add(result);
      if (result instanceof AttachResult.Pending) {
        file.pids().forEach(pid -> waiting.put(pid, result));
      }
    }
    Set<Integer> decided = new HashSet<>(asked);
    decided.removeAll(waiting.keySet());
    undecided.keySet().removeAll(decided);
    waiting.forEach(
        (pid, result) -> {
          Outcome outcome = new Outcome(result, false);
          undecided.merge(
              pid,
              AttachAttempt.first(outcome, now),
              (earlier, first) -> earlier.next(outcome, now));
        });
    return results;
  }

  /**
   * What is named is kept though nobody runs it for a while: the next one is seen from its start.
   */
  private static Set<?> users(ProbePlan plan, HostFilter filter, TargetFile file) {
    Optional<String> named = plan.binary().isPresent() ? plan.binary() : filter.binary();
    boolean isNamed =
        named.filter(each -> !LibraryName.isLibrary(each)).isPresent()
            || plan.binary().isEmpty() && filter.comm().isPresent();
    return isNamed || file.pids().isEmpty() ? Set.of(HOST) : file.pids();
  }

  /** Returns how long it is until another attempt is due; empty where all is done. */
  Optional<Duration> untilNext(long now) {
    return Stream.concat(whole.stream(), undecided.values().stream())
        .flatMap(each -> each.untilNext(now).stream())
        .min(Duration::compareTo);
  }
}
