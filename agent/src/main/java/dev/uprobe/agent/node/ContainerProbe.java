package dev.uprobe.agent.node;

import dev.uprobe.agent.attach.AttachedProbe;
import dev.uprobe.agent.container.Container;
import dev.uprobe.agent.container.ContainerFiles;
import dev.uprobe.agent.container.ContainerId;
import dev.uprobe.agent.container.FoundFiles;
import dev.uprobe.agent.target.Fingerprint;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.agent.trace.FileProbe;
import dev.uprobe.agent.trace.FileResult;
import dev.uprobe.plan.ProbePlan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One probe of a trace on this node: attached once to each file, however many containers share it.
 */
final class ContainerProbe {
  /** A container that is started again finds its file attached to already. */
  private static final Duration KEPT_UNUSED = Duration.ofMinutes(1);

  private final FileProbe into;
  private final ContainerFiles files;
  private final Map<Fingerprint, UsedFile> used = new HashMap<>();

  ContainerProbe(FileProbe into, ContainerFiles files) {
    this.into = into;
    this.files = files;
  }

  /** A file, and the containers that have it. */
  private static final class UsedFile {
    private final Set<ContainerId> users = new HashSet<>();
    private Attempt attempt;
    private long usedAt;
  }

  ProbePlan plan() {
    return into.probe().asked();
  }

  AttachedProbe probe() {
    return into.probe();
  }

  /**
   * Attaches to the files that the probe names in a container, as they are now.
   *
   * @param now by the clock of {@link System#nanoTime}
   */
  Outcome attach(Container container, long now) {
    List<FileResult> here = new ArrayList<>();
    try (FoundFiles found = files.find(plan().binary(), container)) {
      for (TargetFile file : found.files()) {
        here.add(attach(file, container.id(), now));
      }
    } catch (IOException e) {
      return Outcome.failed(e.getMessage());
    }
    return Outcome.of(here);
  }

  private FileResult attach(TargetFile file, ContainerId user, long now) throws IOException {
    Fingerprint fingerprint = Fingerprint.of(file.path());
    UsedFile state = used.computeIfAbsent(fingerprint, key -> new UsedFile());
    state.users.add(user);
    state.usedAt = now;
    if (state.attempt == null) {
      state.attempt = Attempt.first(attempt(file, fingerprint), now);
    } else if (state.attempt.isDue(now) || state.attempt.result() instanceof FileResult.Undecided) {
      state.attempt = state.attempt.next(attempt(file, fingerprint), now);
    }
    return state.attempt.result();
  }

  private Outcome attempt(TargetFile file, Fingerprint fingerprint) {
    return Outcome.of(List.of(into.attach(file, fingerprint)));
  }

  /** Detaches from files that none of the containers has had for a while. */
  void retain(Set<ContainerId> containers, long now) {
    Iterator<Map.Entry<Fingerprint, UsedFile>> all = used.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Fingerprint, UsedFile> each = all.next();
      UsedFile file = each.getValue();
      file.users.retainAll(containers);
      if (!file.users.isEmpty()) {
        file.usedAt = now;
      } else if (now - file.usedAt > KEPT_UNUSED.toNanos()) {
        probe().detach(each.getKey());
        all.remove();
      }
    }
  }
}
