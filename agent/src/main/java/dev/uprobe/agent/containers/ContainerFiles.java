package dev.uprobe.agent.containers;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.process.files.FileSearch;
import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.LibraryName;
import dev.uprobe.agent.process.files.ProcessVisits;
import dev.uprobe.agent.process.files.SearchPlace;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.sys.libc.HandleStack;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.tree.FileTree;
import dev.uprobe.api.v1alpha1.AttachReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds the files of a container that a trace puts its probes on. No path leaves the container,
 * whatever its links say.
 */
public final class ContainerFiles {
  private final ContainerMembers members;
  private final Machine machine;

  /**
   * @param proc where the proc file system of the node is mounted
   * @param machine whose libraries are looked for on disk
   */
  public ContainerFiles(Libc libc, Path proc, Machine machine) {
    this.members = new ContainerMembers(libc, proc);
    this.machine = machine;
  }

  /**
   * The distinct files that a user means.
   *
   * @param binary an absolute path in the container; a library's name, which means every such file
   *     that a process of the container has mapped, or else the installed one; empty for the
   *     executables of its processes
   * @return to be closed after attaching; without files only where no binary is named and no
   *     executable can be opened
   * @throws TargetException if the container has ended, or has no such file
   */
  public FoundFiles find(Optional<String> binary, Container container) throws IOException {
    HandleStack handles = new HandleStack();
    try {
      FileTree tree = handles.push(members.oldest(container)).root();
      ProcessVisits processes = visitor -> members.visit(container, visitor);
      FileSearch search = new FileSearch(SearchPlace.CONTAINER, tree, machine, processes, handles);
      return new FoundFiles(find(binary, search), handles);
    } catch (IOException | RuntimeException e) {
      handles.close();
      throw e;
    }
  }

  private static List<TargetFile> find(Optional<String> binary, FileSearch search)
      throws IOException {
    if (binary.isEmpty()) {
      return search.executables(search.everybody());
    }
    String text = binary.get();
    if (LibraryName.isLibrary(text)) {
      return search.library(new LibraryName(text), search.everybody());
    }
    if (!text.startsWith("/")) {
      throw new TargetException(
          AttachReason.FILE_NOT_FOUND,
          "\""
              + text
              + "\" is a relative path; write it from the container's root, as in /bin/app");
    }
    return search.versions(text);
  }
}
