package dev.uprobe.agent.engine;

import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.files.HostTarget;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.language.plan.HostFilter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What processes of the host have mapped at one moment. Looking through them takes a while, and
 * many probes are of the same file.
 */
final class HostFileCache implements Handle {
  private final HostFiles files;
  private final HostTarget target;
  private final HandleStack handles = new HandleStack();
  private final Map<Optional<String>, List<TargetFile>> all = new HashMap<>();
  private final Map<Optional<String>, IOException> failed = new HashMap<>();
  private final Map<Look, List<TargetFile>> some = new HashMap<>();

  HostFileCache(HostFiles files, HostTarget target) {
    this.files = files;
    this.target = target;
  }

  private record Look(Optional<String> binary, Set<Integer> pids) {}

  /** Returns what messages call the place of the processes. */
  String place() {
    return files.isOfNode() ? "node" : "host";
  }

  HostFilter filter() {
    return target.filter();
  }

  /** Returns the files that a probe's binary stands for; they are open until this is closed. */
  List<TargetFile> all(Optional<String> binary) throws IOException {
    if (failed.containsKey(binary)) {
      throw failed.get(binary);
    }
    if (!all.containsKey(binary)) {
      try {
        all.put(binary, handles.push(files.find(binary, target)).files());
      } catch (IOException e) {
        failed.put(binary, e);
        throw e;
      }
    }
    return all.get(binary);
  }

  /** Returns those of the files that some processes have mapped. */
  List<TargetFile> of(Optional<String> binary, Set<Integer> pids) throws IOException {
    Look look = new Look(binary, Set.copyOf(pids));
    if (!some.containsKey(look)) {
      FoundFiles found = handles.push(files.findUsed(binary, target, pids));
      some.put(look, found.files());
    }
    return some.get(look);
  }

  /**
   * Returns a file of which the content has changed.
   *
   * @throws IOException if there is another file by now, or none
   */
  TargetFile changed(ProbeFiles.ChangedFile file) throws IOException {
    return handles.push(files.findSame(file.path(), file.inode())).files().get(0);
  }

  @Override
  public void close() {
    handles.close();
  }
}
