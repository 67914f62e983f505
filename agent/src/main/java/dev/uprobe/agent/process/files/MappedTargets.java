package dev.uprobe.agent.process.files;

import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.tree.FileTree;
import dev.uprobe.agent.sys.tree.OpenedFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Gathers the distinct files that processes have mapped; those that cannot be opened are gone. */
final class MappedTargets {
  private final SearchPlace place;
  private final HandleStack handles;
  private final Map<FileIdentity, TargetFile> opened = new LinkedHashMap<>();
  private final Map<FileIdentity, SortedSet<Integer>> users = new LinkedHashMap<>();

  /**
   * @param handles takes over what is opened
   */
  MappedTargets(SearchPlace place, HandleStack handles) {
    this.place = place;
    this.handles = handles;
  }

  void add(int pid, ProcessFiles process, Mapping mapping) throws TargetException {
    FileIdentity identity = mapping.file();
    if (!opened.containsKey(identity)) {
      Optional<OpenedFile> file = process.open(mapping).map(handles::push);
      Optional<FileTree> tree = root(process);
      if (file.isEmpty() || tree.isEmpty()) {
        return;
      }
      if (opened.size() == place.maxFiles()) {
        throw new TargetException(
            "The processes"
                + place.ofIt()
                + " have more than "
                + place.maxFiles()
                + " matching files mapped; give the path of one as binary");
      }
      opened.put(
          identity,
          new TargetFile(file.get().path(), mapping.path(), identity, new TreeSet<>(), tree.get()));
    }
    users.computeIfAbsent(identity, key -> new TreeSet<>()).add(pid);
  }

  private Optional<FileTree> root(ProcessFiles process) {
    try {
      return Optional.of(handles.push(process.openRoot()));
    } catch (IOException e) {
      // The process has ended.
      return Optional.empty();
    }
  }

  List<TargetFile> files() {
    return opened.values().stream().map(each -> each.usedBy(users.get(each.identity()))).toList();
  }
}
