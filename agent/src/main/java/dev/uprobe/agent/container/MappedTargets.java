package dev.uprobe.agent.container;

import dev.uprobe.agent.files.FileTree;
import dev.uprobe.agent.files.OpenedFile;
import dev.uprobe.agent.kernel.HandleStack;
import dev.uprobe.agent.target.FileIdentity;
import dev.uprobe.agent.target.Mapping;
import dev.uprobe.agent.target.ProcessFiles;
import dev.uprobe.agent.target.TargetException;
import dev.uprobe.agent.target.TargetFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Gathers the distinct files that processes have mapped; those that cannot be opened are gone. */
final class MappedTargets {
  /** Each is a descriptor. Many programs may run in a container, but not that many. */
  static final int MAX_FILES = 256;

  private final HandleStack handles;
  private final FileTree tree;
  private final Map<FileIdentity, TargetFile> opened = new LinkedHashMap<>();
  private final Map<FileIdentity, SortedSet<Integer>> users = new LinkedHashMap<>();

  /**
   * @param handles takes over what is opened
   * @param tree what the files are said to belong to
   */
  MappedTargets(HandleStack handles, FileTree tree) {
    this.handles = handles;
    this.tree = tree;
  }

  void add(int pid, ProcessFiles process, Mapping mapping) throws TargetException {
    FileIdentity identity = mapping.file();
    if (!opened.containsKey(identity)) {
      Optional<OpenedFile> file = process.open(mapping).map(handles::push);
      if (file.isEmpty()) {
        return;
      }
      if (opened.size() == MAX_FILES) {
        throw new TargetException(
            "The container's processes have more than "
                + MAX_FILES
                + " files mapped that are meant; give the path of one as binary");
      }
      opened.put(
          identity,
          new TargetFile(file.get().path(), mapping.path(), identity, new TreeSet<>(), tree));
    }
    users.computeIfAbsent(identity, key -> new TreeSet<>()).add(pid);
  }

  List<TargetFile> files() {
    return opened.values().stream()
        .map(
            each ->
                new TargetFile(
                    each.path(),
                    each.displayPath(),
                    each.identity(),
                    users.get(each.identity()),
                    tree))
        .toList();
  }
}
