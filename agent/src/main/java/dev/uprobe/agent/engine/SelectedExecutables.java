package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.program.ExecutableSet;
import dev.uprobe.agent.engine.program.KernelOffsets;
import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.process.files.Fingerprint;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files that {@code target.host.binary} stands for: what is at the path now, and what was there
 * before as long as processes run it. Used by one thread.
 */
public final class SelectedExecutables implements Handle {
  /** To look at all processes takes milliseconds. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final HostFiles files;
  private final String path;
  private final ExecutableSet set;
  private final KernelOffsets offsets;

  /** Each version with the name that processes show for it. */
  private final Map<FileIdentity, String> versions = new HashMap<>();

  private Optional<HostFiles.KernelFile> newest = Optional.empty();

  /** The newest version that programs select. */
  private Optional<Fingerprint> selected = Optional.empty();

  private long lookedAt;

  /** Counts the files that the path has led to. */
  private int version;

  /**
   * Creates an empty selection.
   *
   * @param offsets by which programs find the executable of a process
   * @param path of the executable, as the user wrote it
   */
  public SelectedExecutables(
      BpfEnvironment environment, KernelOffsets offsets, HostFiles files, String path)
      throws KernelException {
    this.files = files;
    this.path = path;
    this.offsets = offsets;
    this.set = new ExecutableSet(environment);
  }

  /** Returns by what programs decide. */
  public Selection.Executables selection() {
    return new Selection.Executables(set, offsets);
  }

  /** Returns the names of all versions, as processes show them. */
  public Set<String> names() {
    return Set.copyOf(versions.values());
  }

  /**
   * Selects a new version, and lets old ones go that nothing runs any more. To be called before a
   * probe is attached to a version: calls of one that is not selected are dropped.
   *
   * @return the number of the newest version, which grows with each
   * @throws TargetException if there is no such file, and nothing that runs it
   */
  public int refresh(long now) throws IOException, KernelException {
    Optional<TargetException> missing = findNewest();
    Optional<Fingerprint> found = newest.map(HostFiles.KernelFile::fingerprint);
    boolean isNew = version == 0 || !found.equals(selected);
    boolean mayHaveOthers = versions.size() > 1 || missing.isPresent();
    if (isNew || mayHaveOthers && now - lookedAt > LOOK.toNanos()) {
      lookAtProcesses();
      lookedAt = now;
    }
    if (versions.isEmpty() && missing.isPresent()) {
      throw missing.get();
    }
    set.select(versions.keySet());
    // Only now: what fails before this is tried again.
    selected = found;
    if (isNew) {
      version++;
    }
    return version;
  }

  /** Returns why there is no newest version. */
  private Optional<TargetException> findNewest() throws IOException {
    try {
      newest = Optional.of(files.kernelFile(path, newest));
      return Optional.empty();
    } catch (TargetException e) {
      newest = Optional.empty();
      return Optional.of(e);
    }
  }

  private void lookAtProcesses() throws IOException {
    String name = files.realName(path);
    Set<String> names = new HashSet<>(versions.values());
    names.add(name);
    Map<FileIdentity, Mapping> running = files.running(names);
    versions.keySet().retainAll(running.keySet());
    running.forEach(
        (file, mapping) -> {
          // In another file system the same name is another file's.
          boolean isOlder =
              mapping.deleted()
                  && mapping.path().equals(name)
                  && newest.map(each -> each.identity().device() == file.device()).orElse(true);
          if (isOlder && versions.size() < ExecutableSet.MAX_FILES - 1) {
            versions.put(file, name);
          }
        });
    newest.ifPresent(each -> versions.put(each.identity(), name));
  }

  @Override
  public void close() {
    set.close();
  }
}
