package dev.uprobe.agent.process.files;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.tree.FileTree;
import dev.uprobe.agent.sys.tree.OpenedFile;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.language.plan.HostFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the files that a trace of a host puts its probes on. Every process counts that runs on the
 * host, in a container or not; what a process has mapped is found in its own file system.
 */
public final class HostFiles {
  private static final Path PROC = Path.of("/proc");

  private static final List<String> PROGRAM_FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private static final int MAX_COMM = 15;
  private static final int MAX_PROGRAMS = 16;

  private final Libc libc;
  private final HostRoot root;
  private final Processes processes;
  private final Machine machine;

  private HostFiles(Libc libc, HostRoot root, Processes processes, Machine machine) {
    this.libc = libc;
    this.root = root;
    this.processes = processes;
    this.machine = machine;
  }

  /** The files of the host that this program runs on. */
  public static HostFiles ofThisHost(Libc libc) {
    return ofThisHost(libc, PROC, Path.of("/"), Machine.ofHost());
  }

  /**
   * @param proc where the proc file system is mounted
   * @param root the root of the host's file system
   * @param machine whose libraries are looked for on disk
   */
  static HostFiles ofThisHost(Libc libc, Path proc, Path root, Machine machine) {
    return new HostFiles(libc, HostRoot.ofThisHost(root), new Processes(proc), machine);
  }

  /**
   * The files of a node, for a program whose own root directory is that of a container.
   *
   * @param processes the folders under {@code /proc} of processes whose root directory is the
   *     node's, such as {@code /proc/1}; the first that may be looked at is taken
   */
  public static HostFiles ofNode(Libc libc, List<Path> processes) {
    return new HostFiles(
        libc, HostRoot.ofNode(libc, processes), new Processes(PROC), Machine.ofHost());
  }

  /**
   * The distinct files that a user means.
   *
   * @param binary a path; a library's name, which means every such file that a matching process has
   *     mapped, or else the installed one; empty for the executables of the matching processes
   * @return to be closed after attaching; without files only where no binary is named and no
   *     process matches
   * @throws TargetException if the process, path or library does not exist
   */
  public FoundFiles find(Optional<String> binary, HostTarget target) throws IOException {
    HostFilter filter = target.filter();
    if (filter.pid().isPresent() && !processes.exists(filter.pid().getAsInt())) {
      throw new TargetException(
          AttachReason.PROCESS_NOT_FOUND,
          "There is no process " + filter.pid().getAsInt() + "; is it still running?");
    }
    List<Integer> everybody = pids();
    return search(everybody, search -> all(search, binary, target, everybody));
  }

  private List<TargetFile> all(
      FileSearch search, Optional<String> binary, HostTarget target, List<Integer> everybody)
      throws IOException {
    if (binary.isPresent() && !LibraryName.isLibrary(binary.get())) {
      return search.versions(root.path(binary.get()));
    }
    ProcessVisits matching = matching(search, target, everybody);
    if (binary.isPresent()) {
      return search.library(new LibraryName(binary.get()), matching);
    }
    List<TargetFile> running = search.executables(matching);
    Optional<String> named = target.filter().binary();
    if (named.isPresent()) {
      return withNewest(search, root.path(named.get()), running);
    }
    Optional<String> comm = target.filter().comm();
    return comm.isPresent() ? withInstalled(search, comm.get(), running) : running;
  }

  /** A program of that name in the usual folders is most likely what will run. */
  private List<TargetFile> withInstalled(FileSearch search, String comm, List<TargetFile> running)
      throws IOException {
    Map<FileIdentity, TargetFile> all = new LinkedHashMap<>();
    running.forEach(each -> all.put(each.identity(), each));
    for (String folder : programFolders()) {
      for (String name : programs(search.tree(), folder, comm)) {
        try {
          TargetFile file = search.file(folder + "/" + name);
          all.putIfAbsent(file.identity(), file);
        } catch (IOException e) {
          // Most folders have no such program, and some have a script or a folder of that name.
          continue;
        }
      }
    }
    return List.copyOf(all.values());
  }

  private List<String> programFolders() {
    Set<String> folders = new LinkedHashSet<>();
    if (root.place() == SearchPlace.HOST) {
      String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
      Arrays.stream(path.split(":")).filter(each -> each.startsWith("/")).forEach(folders::add);
    }
    folders.addAll(PROGRAM_FOLDERS);
    return List.copyOf(folders);
  }

  /** The kernel cuts names of threads to 15 bytes. */
  private static List<String> programs(FileTree tree, String folder, String comm)
      throws IOException {
    if (comm.length() < MAX_COMM) {
      return List.of(comm);
    }
    return tree.names(folder).stream()
        .filter(each -> each.startsWith(comm))
        .limit(MAX_PROGRAMS)
        .toList();
  }

  /** The next process runs what is there now, whatever those run that started earlier. */
  private static List<TargetFile> withNewest(
      FileSearch search, String path, List<TargetFile> running) throws IOException {
    TargetFile newest;
    try {
      newest = search.file(path);
    } catch (TargetException e) {
      if (running.isEmpty()) {
        throw e;
      }
      return running;
    }
    if (running.stream().anyMatch(each -> each.identity().equals(newest.identity()))) {
      return running;
    }
    List<TargetFile> all = new ArrayList<>(running);
    all.add(newest);
    return all;
  }

  /**
   * Those of the files that some processes have mapped.
   *
   * @param among processes to look at, of which the filter may accept some
   * @return to be closed after attaching; often without files
   */
  public FoundFiles findUsed(Optional<String> binary, HostTarget target, Collection<Integer> among)
      throws IOException {
    List<Integer> pids = among.stream().filter(root::isTraceable).toList();
    return search(pids, search -> used(search, binary, target, pids));
  }

  private List<TargetFile> used(
      FileSearch search, Optional<String> binary, HostTarget target, Collection<Integer> among)
      throws IOException {
    ProcessVisits matching = matching(search, target, among);
    if (binary.isEmpty()) {
      return search.executables(matching);
    }
    if (LibraryName.isLibrary(binary.get())) {
      return search.used(new LibraryName(binary.get()), matching);
    }
    return search.versions(root.path(binary.get())).stream()
        .filter(each -> !each.pids().isEmpty())
        .toList();
  }

  /**
   * The file of a path, without a look at who has it mapped.
   *
   * @return one file, to be closed after attaching
   * @throws TargetException if there is none
   */
  public FoundFiles findNewest(String path) throws IOException {
    return search(List.of(), search -> List.of(search.file(root.path(path))));
  }

  /**
   * The file of a path, if it is still the same inode.
   *
   * @return one file, to be closed after attaching
   * @throws IOException if it is another one, or none
   */
  public FoundFiles findSame(String path, long inode) throws IOException {
    return search(
        pids(),
        search -> {
          TargetFile file = search.file(path);
          if (Fingerprint.of(file.path()).inode() != inode) {
            throw new TargetException(AttachReason.FILE_NOT_FOUND, path + " is another file now");
          }
          return List.of(file);
        });
  }

  /**
   * Processes show the real names of their executables, so a filter's symbolic links are followed.
   */
  private ProcessVisits matching(FileSearch search, HostTarget target, Collection<Integer> among)
      throws IOException {
    Set<String> names = new HashSet<>(target.olderNames());
    Optional<String> binary = target.filter().binary();
    if (binary.isPresent()) {
      names.add(realName(search.tree(), binary.get()));
    }
    return new HostProcesses(libc, processes, processes.matching(target.filter(), names, among));
  }

  private String realName(FileTree tree, String binary) throws IOException {
    String path = root.path(binary);
    try (OpenedFile file = tree.open(path)) {
      return file.realName();
    } catch (IOException e) {
      // It may be gone, and processes run it still.
      return path;
    }
  }

  /**
   * By which numbers the kernel knows a file of the host.
   *
   * @throws TargetException if there is none that can be read
   */
  public KernelFile kernelFile(String binary) throws IOException {
    return kernelFile(binary, Optional.empty());
  }

  /**
   * The same, for who asks often.
   *
   * @param last the latest answer, which is quickly given again if the file is still the same
   */
  public KernelFile kernelFile(String binary, Optional<KernelFile> last) throws IOException {
    String path = root.path(binary);
    HandleStack handles = new HandleStack();
    try {
      Path file = search(List.of(), handles).file(path).path();
      Fingerprint fingerprint = Fingerprint.of(file);
      if (last.filter(each -> each.fingerprint().equals(fingerprint)).isPresent()) {
        return last.get();
      }
      return new KernelFile(fingerprint, new KernelFiles(libc, processes).of(file, path));
    } finally {
      handles.close();
    }
  }

  /** The name of the file that a path leads to now, or the path where there is none. */
  public String realName(String path) throws IOException {
    HandleStack handles = new HandleStack();
    try {
      return realName(root.open(handles), path);
    } finally {
      handles.close();
    }
  }

  /**
   * What processes run under some names, as the kernel knows it.
   *
   * @return by the file; each with its name, and whether that has been given to another file
   */
  public Map<FileIdentity, Mapping> running(Set<String> names) throws IOException {
    Map<FileIdentity, Mapping> running = new HashMap<>();
    for (int pid : pids()) {
      Optional<String> executable = processes.executable(pid);
      if (executable.filter(names::contains).isPresent()) {
        processes.mappings(pid).stream()
            .filter(each -> each.executable() && each.path().equals(executable.get()))
            .findFirst()
            .ifPresent(each -> running.put(each.file(), each));
      }
    }
    return running;
  }

  /** The processes whose files are found. */
  public List<Integer> pids() throws IOException {
    return processes.pids().stream().filter(root::isTraceable).toList();
  }

  /** Returns whether these are the files of a cluster's node, seen from a container. */
  public boolean isOfNode() {
    return root.place() != SearchPlace.HOST;
  }

  /** The path of a process's executable, in the process's own file system. */
  public Optional<String> executable(int pid) {
    return processes.executable(pid);
  }

  /** A file, and how the kernel knows it. */
  public record KernelFile(Fingerprint fingerprint, FileIdentity identity) {}

  @FunctionalInterface
  private interface Question {
    List<TargetFile> ask(FileSearch search) throws IOException;
  }

  private FoundFiles search(Collection<Integer> everybody, Question question) throws IOException {
    HandleStack handles = new HandleStack();
    try {
      return new FoundFiles(question.ask(search(everybody, handles)), handles);
    } catch (IOException | RuntimeException e) {
      handles.close();
      throw e;
    }
  }

  private FileSearch search(Collection<Integer> everybody, HandleStack handles) throws IOException {
    return new FileSearch(
        root.place(),
        root.open(handles),
        machine,
        new HostProcesses(libc, processes, everybody),
        handles);
  }
}
