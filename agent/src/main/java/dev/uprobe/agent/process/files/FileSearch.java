package dev.uprobe.agent.process.files;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.tree.FileTree;
import dev.uprobe.agent.sys.tree.OpenedFile;
import dev.uprobe.api.v1alpha1.AttachReason;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * One search for the files that a probe names.
 *
 * @param tree the file system of the place
 * @param machine whose libraries are looked for on disk
 * @param everybody who may have mapped a file that is given by its path
 * @param handles takes over every file that is opened
 */
public record FileSearch(
    SearchPlace place,
    FileTree tree,
    Machine machine,
    ProcessVisits everybody,
    HandleStack handles) {

  /** The executables of processes, except those that cannot be opened any more. */
  public List<TargetFile> executables(ProcessVisits processes) throws IOException {
    return mapped(
        processes, (executable, mapping) -> executable.equals(Optional.of(mapping.path())));
  }

  /** The files of a library's name that processes have mapped. */
  public List<TargetFile> used(LibraryName name, ProcessVisits processes) throws IOException {
    return mapped(processes, (executable, mapping) -> name.matches(mapping.fileName()));
  }

  /**
   * The files of a library's name that processes have mapped, or else those that are installed.
   *
   * @throws TargetException if there is none; it names those that look like it
   */
  public List<TargetFile> library(LibraryName name, ProcessVisits processes) throws IOException {
    List<TargetFile> used = used(name, processes);
    if (!used.isEmpty()) {
      return used;
    }
    Map<FileIdentity, TargetFile> found = new LinkedHashMap<>();
    InstalledLibraries installed = new InstalledLibraries(tree, machine);
    for (String path : installed.find(name)) {
      TargetFile file = file(path);
      found.putIfAbsent(file.identity(), file);
    }
    if (found.isEmpty()) {
      throw new TargetException(
          AttachReason.FILE_NOT_FOUND, unknown(name, installed.nearest(name)));
    }
    return List.copyOf(found.values());
  }

  private String unknown(LibraryName name, List<String> nearest) {
    return "No process"
        + place.ofIt()
        + " uses a library "
        + name.text()
        + " and none is installed"
        + place.installedIn()
        + "; "
        + (nearest.isEmpty() ? place.advice() : "did you mean " + String.join(", ", nearest) + "?");
  }

  /**
   * The file of a path, and who of everybody has it mapped: any of them knows what an ifunc chose.
   *
   * @throws TargetException if there is none
   */
  public TargetFile file(String path) throws IOException {
    OpenedFile file = handles.push(open(path));
    FileIdentity identity = FileIdentity.of(file.path());
    String realName = file.realName();
    Map<FileIdentity, SortedSet<Integer>> users = new LinkedHashMap<>();
    everybody.visit(
        (pid, process, code) ->
            code.stream()
                .filter(each -> isSame(each, identity, realName))
                .forEach(
                    each -> users.computeIfAbsent(each.file(), key -> new TreeSet<>()).add(pid)));
    FileIdentity mapped =
        users.containsKey(identity)
            ? identity
            : users.keySet().stream().findFirst().orElse(identity);
    return new TargetFile(
        file.path(), path, mapped, users.getOrDefault(mapped, new TreeSet<>()), tree);
  }

  /**
   * The file of a path, and files that had this path before and that processes still have mapped.
   *
   * @throws TargetException if there is no file of this path now
   */
  public List<TargetFile> versions(String path) throws IOException {
    TargetFile newest = file(path);
    List<TargetFile> versions = new ArrayList<>(List.of(newest));
    String realName;
    try (OpenedFile file = open(path)) {
      realName = file.realName();
    }
    long device = FileIdentity.of(newest.path()).device();
    // In another file system the same name is another file's.
    versions.addAll(
        mapped(
            everybody,
            (executable, mapping) ->
                mapping.deleted()
                    && mapping.path().equals(realName)
                    && (place == SearchPlace.CONTAINER || mapping.file().device() == device)));
    return versions;
  }

  /** Some file systems (btrfs, overlay) show another device in maps than stat does. */
  private static boolean isSame(Mapping mapping, FileIdentity identity, String realName) {
    return mapping.file().equals(identity)
        || mapping.file().inode() == identity.inode() && mapping.path().equals(realName);
  }

  private OpenedFile open(String path) throws IOException {
    try {
      return tree.open(path);
    } catch (NoSuchFileException e) {
      throw new TargetException(
          AttachReason.FILE_NOT_FOUND,
          "There is no file " + path + place.inIt() + "; check the path");
    }
  }

  private List<TargetFile> mapped(
      ProcessVisits processes, BiPredicate<Optional<String>, Mapping> wanted) throws IOException {
    MappedTargets targets = new MappedTargets(place, handles);
    processes.visit(
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
