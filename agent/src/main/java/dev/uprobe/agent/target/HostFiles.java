package dev.uprobe.agent.target;

import dev.uprobe.agent.elf.Machine;
import dev.uprobe.agent.files.TrustedTree;
import dev.uprobe.plan.HostFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/** Finds the files that a trace of a host puts its probes on. */
public final class HostFiles {
  private final Processes processes;
  private final MappedFiles mappedFiles;
  private final TrustedTree tree;
  private final InstalledLibraries installed;

  /**
   * @param proc where the proc file system is mounted
   * @param root the root of the host's file system
   * @param machine whose libraries are looked for on disk
   */
  public HostFiles(Path proc, Path root, Machine machine) {
    this.processes = new Processes(proc);
    this.mappedFiles = new MappedFiles(processes);
    this.tree = new TrustedTree(root);
    this.installed = new InstalledLibraries(tree, machine);
  }

  /** The files of the host that this program runs on. */
  public static HostFiles ofThisHost() {
    return new HostFiles(Path.of("/proc"), Path.of("/"), Machine.ofHost());
  }

  /**
   * The distinct files that a user means.
   *
   * @param binary a path; a library's name, which means every such file that a matching process has
   *     mapped, or else the installed one; empty for the executables of the matching processes
   * @return empty only where no binary is named and no process matches
   * @throws TargetException if the process, path or library does not exist
   */
  public List<TargetFile> find(Optional<String> binary, HostFilter filter) throws IOException {
    if (filter.pid().isPresent() && !processes.exists(filter.pid().getAsInt())) {
      throw new TargetException(
          "There is no process " + filter.pid().getAsInt() + "; is it still running?");
    }
    List<Integer> pids = processes.matching(filter);
    if (binary.isEmpty()) {
      return executables(pids, filter);
    }
    return LibraryName.isLibrary(binary.get())
        ? library(new LibraryName(binary.get()), pids)
        : List.of(file(path(binary.get())));
  }

  /** The path of a process's executable, in the process's own file system. */
  public Optional<String> executable(int pid) {
    return processes.executable(pid);
  }

  private List<TargetFile> executables(List<Integer> pids, HostFilter filter) throws IOException {
    Map<Integer, String> paths = new LinkedHashMap<>();
    for (int pid : pids) {
      processes.executable(pid).ifPresent(path -> paths.put(pid, path));
    }
    List<TargetFile> running =
        mapped(paths.keySet(), (pid, mapping) -> mapping.path().equals(paths.get(pid)));
    boolean startsLater = running.isEmpty() && filter.binary().isPresent();
    return startsLater ? List.of(file(path(filter.binary().get()))) : running;
  }

  private List<TargetFile> library(LibraryName name, List<Integer> pids) throws IOException {
    List<TargetFile> mapped = mapped(pids, (pid, mapping) -> name.matches(mapping.fileName()));
    if (!mapped.isEmpty()) {
      return mapped;
    }
    Map<FileIdentity, TargetFile> found = new LinkedHashMap<>();
    for (String path : installed.find(name)) {
      TargetFile file = file(tree.resolve(path));
      found.putIfAbsent(file.identity(), file);
    }
    if (found.isEmpty()) {
      throw new TargetException(unknown(name));
    }
    return List.copyOf(found.values());
  }

  private String unknown(LibraryName name) throws IOException {
    List<String> nearest = installed.nearest(name);
    return "No process uses a library "
        + name.text()
        + " and none is installed; "
        + (nearest.isEmpty()
            ? "give the path of the file"
            : "did you mean " + String.join(", ", nearest) + "?");
  }

  private static Path path(String text) throws TargetException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TargetException("\"" + text + "\" is not a path: " + e.getReason());
    }
  }

  /** A file of the host, with all processes that map it: any of them knows what an ifunc chose. */
  private TargetFile file(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new TargetException("There is no file " + path + "; check the path");
    }
    Path real = path.toRealPath();
    FileIdentity identity = FileIdentity.of(real);
    // Some file systems (btrfs, overlay) show another device in maps than stat does.
    List<TargetFile> mapped =
        mapped(
            processes.pids(),
            (pid, mapping) ->
                mapping.file().equals(identity)
                    || mapping.file().inode() == identity.inode()
                        && mapping.path().equals(real.toString()));
    return mapped.stream()
        .filter(file -> file.identity().equals(identity))
        .findFirst()
        .or(() -> mapped.stream().findFirst())
        .map(file -> new TargetFile(path, path.toString(), file.identity(), file.pids(), tree))
        .orElseGet(() -> new TargetFile(path, path.toString(), identity, new TreeSet<>(), tree));
  }

  /** The files of executable mappings, one a file; those that nobody can open any more are gone. */
  private List<TargetFile> mapped(Iterable<Integer> pids, BiPredicate<Integer, Mapping> wanted) {
    Map<FileIdentity, Mapping> mappings = new LinkedHashMap<>();
    Map<FileIdentity, Path> paths = new LinkedHashMap<>();
    Map<FileIdentity, SortedSet<Integer>> users = new LinkedHashMap<>();
    for (int pid : pids) {
      for (Mapping mapping : processes.mappings(pid)) {
        if (mapping.ofFile() && mapping.executable() && wanted.test(pid, mapping)) {
          FileIdentity identity = mapping.file();
          mappings.putIfAbsent(identity, mapping);
          users.computeIfAbsent(identity, key -> new TreeSet<>()).add(pid);
          if (!paths.containsKey(identity)) {
            mappedFiles.path(pid, mapping).ifPresent(path -> paths.put(identity, path));
          }
        }
      }
    }
    List<TargetFile> files = new ArrayList<>();
    paths.forEach(
        (identity, path) ->
            files.add(
                new TargetFile(
                    path, mappings.get(identity).path(), identity, users.get(identity), tree)));
    return files;
  }
}
