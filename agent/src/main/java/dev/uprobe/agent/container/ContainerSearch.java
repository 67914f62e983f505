package dev.uprobe.agent.container;

import dev.uprobe.agent.elf.Machine;
import dev.uprobe.agent.files.FileTree;
import dev.uprobe.agent.files.OpenedFile;
import dev.uprobe.agent.kernel.HandleStack;
import dev.uprobe.agent.target.FileIdentity;
import dev.uprobe.agent.target.InstalledLibraries;
import dev.uprobe.agent.target.LibraryName;
import dev.uprobe.agent.target.Mapping;
import dev.uprobe.agent.target.TargetException;
import dev.uprobe.agent.target.TargetFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * One search in one container.
 *
 * @param tree the container's file system
 * @param machine whose libraries are looked for on disk
 * @param handles takes over every file that is opened
 */
record ContainerSearch(
    ContainerMembers members,
    Container container,
    FileTree tree,
    Machine machine,
    HandleStack handles) {

  List<TargetFile> executables() throws IOException {
    return mapped((executable, mapping) -> executable.equals(Optional.of(mapping.path())));
  }

  List<TargetFile> library(LibraryName name) throws IOException {
    List<TargetFile> mapped = mapped((executable, mapping) -> name.matches(mapping.fileName()));
    if (!mapped.isEmpty()) {
      return mapped;
    }
    Map<FileIdentity, TargetFile> found = new LinkedHashMap<>();
    InstalledLibraries installed = new InstalledLibraries(tree, machine);
    for (String path : installed.find(name)) {
      TargetFile file = file(path);
      found.putIfAbsent(file.identity(), file);
    }
    if (found.isEmpty()) {
      throw new TargetException(unknown(name, installed.nearest(name)));
    }
    return List.copyOf(found.values());
  }

  private static String unknown(LibraryName name, List<String> nearest) {
    return "No process of the container uses a library "
        + name.text()
        + " and none is installed in it; "
        + (nearest.isEmpty()
            ? "leave binary out if the program is linked statically, or give the file's path"
            : "did you mean " + String.join(", ", nearest) + "?");
  }

  TargetFile file(String path) throws IOException {
    OpenedFile file = handles.push(open(path));
    FileIdentity identity = FileIdentity.of(file.path());
    String realPath = Files.readSymbolicLink(file.path()).toString();
    Map<FileIdentity, SortedSet<Integer>> users = new LinkedHashMap<>();
    members.visit(
        container,
        (pid, process, code) ->
            code.stream()
                .filter(each -> isSame(each, identity, realPath))
                .forEach(
                    each -> users.computeIfAbsent(each.file(), key -> new TreeSet<>()).add(pid)));
    FileIdentity mapped =
        users.containsKey(identity)
            ? identity
            : users.keySet().stream().findFirst().orElse(identity);
    return new TargetFile(
        file.path(), path, mapped, users.getOrDefault(mapped, new TreeSet<>()), tree);
  }

  /** Some file systems (btrfs, overlay) show another device in maps than stat does. */
  private static boolean isSame(Mapping mapping, FileIdentity identity, String realPath) {
    return mapping.file().equals(identity)
        || mapping.file().inode() == identity.inode() && mapping.path().equals(realPath);
  }

  private OpenedFile open(String path) throws IOException {
    try {
      return tree.open(path);
    } catch (NoSuchFileException e) {
      throw new TargetException("There is no file " + path + " in the container; check the path");
    }
  }

  private List<TargetFile> mapped(BiPredicate<Optional<String>, Mapping> wanted)
      throws IOException {
    MappedTargets targets = new MappedTargets(handles, tree);
    members.visit(
        container,
        (pid, process, code) -> {
          Optional<String> executable = process.executable();
          for (Mapping each : code) {
            if (wanted.test(executable, each)) {
              targets.add(pid, process, each);
            }
          }
        });
    return targets.files();
  }
}
