package dev.uprobe.agent.node;

import dev.uprobe.agent.attach.AttachedProbe;
import dev.uprobe.agent.container.Container;
import dev.uprobe.agent.container.ContainerFiles;
import dev.uprobe.agent.container.FoundFiles;
import dev.uprobe.agent.target.TargetFile;
import dev.uprobe.agent.trace.FileProbe;
import dev.uprobe.agent.trace.FileResult;
import dev.uprobe.plan.ProbePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One probe of a trace on this node: attached once to each file, however many containers share it.
 */
final class ContainerProbe {
  private final FileProbe into;
  private final ContainerFiles files;
  private final Map<Fingerprint, FileResult> results = new HashMap<>();

  ContainerProbe(FileProbe into, ContainerFiles files) {
    this.into = into;
    this.files = files;
  }

  ProbePlan plan() {
    return into.probe().probe().plan();
  }

  AttachedProbe probe() {
    return into.probe();
  }

  /** Attaches to the files that the probe names in a container, as they are now. */
  FileResult attach(Container container) {
    List<FileResult> here = new ArrayList<>();
    try (FoundFiles found = files.find(plan().binary(), container)) {
      for (TargetFile file : found.files()) {
        here.add(attach(file));
      }
    } catch (IOException e) {
      return new FileResult.Failed(e.getMessage(), "");
    }
    return summary(here);
  }

  private FileResult attach(TargetFile file) throws IOException {
    Fingerprint fingerprint = Fingerprint.of(file.path());
    FileResult known = results.get(fingerprint);
    if (known != null) {
      return known;
    }
    FileResult result = into.attach(file);
    if (!(result instanceof FileResult.Undecided)) {
      results.put(fingerprint, result);
    }
    return result;
  }

  /** A probe is in a container when it is in one of the container's files. */
  private static FileResult summary(List<FileResult> results) {
    for (FileResult each : results) {
      if (each instanceof FileResult.Attached) {
        return each;
      }
    }
    for (FileResult each : results) {
      if (each instanceof FileResult.Undecided) {
        return each;
      }
    }
    return results.isEmpty()
        ? new FileResult.Undecided("no process of the container has started its program yet")
        : results.get(0);
  }
}
