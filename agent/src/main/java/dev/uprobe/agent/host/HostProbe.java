package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.AttachResult;
import dev.uprobe.agent.engine.Diagnostics;
import dev.uprobe.agent.engine.FileProbe;
import dev.uprobe.agent.engine.SelectedExecutables;
import dev.uprobe.agent.engine.link.AttachedProbe;
import dev.uprobe.agent.process.files.FoundFiles;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.files.HostTarget;
import dev.uprobe.agent.process.files.LibraryName;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.watch.MappingWatch.NewMapping;
import dev.uprobe.agent.sys.libc.KernelException;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.text.Sentence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One probe of a host's trace: finds the files that it belongs to, and attaches it to each once.
 *
 * <p>Used by one thread.
 */
final class HostProbe {
  private static final int MAX_TOLD = 64;

  private final FileProbe into;
  private final HostFilter filter;
  private final Optional<SelectedExecutables> executables;
  private final HostFiles files;
  private final Diagnostics notices;
  private final Set<FileIdentity> done = new HashSet<>();
  private final Set<String> told = new HashSet<>();
  private Optional<String> missingLibrary = Optional.empty();

  /** Files that the probe was taken off, for their content has changed. */
  private final List<FileProbe.ChangedFile> changed = new ArrayList<>();

  HostProbe(
      FileProbe into,
      HostFilter filter,
      Optional<SelectedExecutables> executables,
      HostFiles files,
      Diagnostics notices) {
    this.into = into;
    this.filter = filter;
    this.executables = executables;
    this.files = files;
    this.notices = notices;
  }

  AttachedProbe probe() {
    return into.probe();
  }

  /** Returns the path of the file that the probe names; empty for a library's name, or none. */
  Optional<String> path() {
    return plan().binary().filter(each -> !LibraryName.isLibrary(each));
  }

  /** Ends the watches of its files, once it is detached from all of them. */
  void close() {
    into.close();
  }

  /** Returns why {@link #find} found no library: any process may load it later. */
  Optional<String> missingLibrary() {
    return missingLibrary;
  }

  /** Finds the files of the processes that run now. */
  FoundFiles find() throws TraceException {
    try {
      return files.find(plan().binary(), target());
    } catch (TargetException e) {
      boolean mayBeLoaded = plan().binary().filter(LibraryName::isLibrary).isPresent();
      if (mayBeLoaded && e.reason() == AttachReason.FILE_NOT_FOUND) {
        missingLibrary = Optional.of(e.getMessage());
        return new FoundFiles(List.of(), () -> {});
      }
      throw new TraceException(sentence(e.getMessage()));
    } catch (IOException e) {
      throw new TraceException(sentence(Sentence.reason(e)));
    }
  }

  /**
   * Attaches to files that were found.
   *
   * @param missing why there is no library of the probe's name yet
   * @param refused gets this probe if the kernel attaches it to none of them
   * @return whether another attempt may attach to more
   * @throws TraceException when there are files, and the probe fits none of them
   */
  boolean attachNow(List<TargetFile> found, Optional<String> missing, RefusedProbes refused)
      throws TraceException {
    if (found.isEmpty()) {
      notices.tell(
          sentence(
              missing
                  .map(
                      why ->
                          "waiting for a process that maps " + plan().binary().get() + ". " + why)
                  .orElse("waiting for a process that matches the target")));
    }
    List<AttachResult> results = found.stream().map(this::attach).toList();
    List<AttachResult.Failed> failures = of(AttachResult.Failed.class, results);
    boolean isMeant =
        plan().binary().isPresent()
            || filter.binary().isPresent()
            || found.stream().anyMatch(each -> !each.pids().isEmpty());
    if (isMeant && !failures.isEmpty() && failures.size() == results.size()) {
      String others = failures.size() == 1 ? "" : " (" + failures.size() + " files were tried)";
      TraceException reason =
          new TraceException(
              sentence(failures.get(0).message() + others), failures.get(0).details());
      if (!failures.stream().allMatch(AttachResult.Failed::isKernels)) {
        throw reason;
      }
      refused.add(reason);
      return false;
    }
    tellOf(failures);
    List<AttachResult.Undecided> undecided = of(AttachResult.Undecided.class, results);
    undecided.stream().findFirst().ifPresent(each -> notices.tell(sentence(each.message())));
    return !undecided.isEmpty();
  }

  /** Tells whether a file that a process has just mapped may be one that the probe belongs to. */
  boolean mayBelongTo(NewMapping mapping) {
    if (done.contains(mapping.file())
        || filter.pid().isPresent() && filter.pid().getAsInt() != mapping.pid()) {
      return false;
    }
    Optional<String> binary = plan().binary();
    if (binary.isEmpty()) {
      boolean mayBeSelected =
          executables.isEmpty() || executables.get().names().contains(mapping.path());
      return mayBeSelected
          && files.executable(mapping.pid()).filter(mapping.path()::equals).isPresent();
    }
    return LibraryName.isLibrary(binary.get())
        ? new LibraryName(binary.get()).matches(fileName(mapping.path()))
        : mapping.path().equals(realName(binary.get()));
  }

  /** Processes show files without symbolic links. */
  private String realName(String path) {
    try {
      return files.realName(path);
    } catch (IOException e) {
      return path;
    }
  }

  /**
   * Takes note of files whose content has changed.
   *
   * @return whether the probe waits to be attached to such files again
   */
  boolean forgetChangedFiles() {
    List<FileProbe.ChangedFile> now = into.forgetChanged(System.nanoTime());
    if (!now.isEmpty()) {
      done.clear();
      changed.addAll(now);
    }
    return !changed.isEmpty();
  }

  /** Returns which processes are looked at. */
  HostTarget target() {
    return new HostTarget(filter, executables.map(SelectedExecutables::names).orElse(Set.of()));
  }

  HostFilter filter() {
    return filter;
  }

  /**
   * Attaches to the file that the probe's path leads to now. Who runs it does not matter, so no
   * process is looked at: somebody may be about to.
   */
  void attachNewest() {
    Optional<String> named = plan().binary().isPresent() ? path() : filter.binary();
    if (named.isEmpty()) {
      return;
    }
    try (FoundFiles found = files.findNewest(named.get())) {
      selectExecutables();
      attach(found.files().get(0));
    } catch (IOException | KernelException e) {
      // The look at all processes that follows says so.
      return;
    }
  }

  /**
   * Attaches to what processes have mapped since.
   *
   * @return whether another attempt may attach to more
   */
  boolean attachLater(HostTarget which) {
    boolean isUndecided = attachChanged();
    List<AttachResult> results = new ArrayList<>();
    try (FoundFiles found = files.find(plan().binary(), which)) {
      selectExecutables();
      for (TargetFile each : found.files()) {
        if (!done.contains(each.identity())) {
          results.add(attach(each));
        }
      }
    } catch (TargetException e) {
      // The process has ended already.
      return isUndecided;
    } catch (IOException e) {
      results.add(AttachResult.Failed.of(e));
    } catch (KernelException e) {
      tell(e.getMessage());
    }
    tellOf(of(AttachResult.Failed.class, results));
    return isUndecided || !of(AttachResult.Undecided.class, results).isEmpty();
  }

  /** A file that was just found may be newer than what the programs select. */
  private void selectExecutables() throws IOException, KernelException {
    if (executables.isPresent()) {
      executables.get().refresh(System.nanoTime());
    }
  }

  /**
   * Files that no process has mapped now are found by their names, if they still have them.
   *
   * @return whether some of them are not complete yet
   */
  private boolean attachChanged() {
    boolean isUndecided = false;
    for (FileProbe.ChangedFile each : List.copyOf(changed)) {
      try (FoundFiles found = files.findSame(each.path(), each.inode())) {
        AttachResult result = attach(found.files().get(0));
        if (result instanceof AttachResult.Undecided) {
          isUndecided = true;
        } else {
          changed.remove(each);
        }
        if (result instanceof AttachResult.Failed failed) {
          tell(failed.message());
        }
      } catch (IOException e) {
        changed.remove(each);
      }
    }
    return isUndecided;
  }

  /** A probe that takes any process's executable passes over those that it does not fit. */
  private void tellOf(List<AttachResult.Failed> failures) {
    boolean isNamed = plan().binary().isPresent() || filter.binary().isPresent();
    boolean isWaitedFor = filter.comm().isPresent() || filter.pid().isPresent();
    if (isNamed || isWaitedFor && probe().functions() == 0) {
      failures.forEach(each -> tell(each.message()));
    }
  }

  /** Says each thing once, however many processes it is true of. */
  private void tell(String message) {
    if (told.size() < MAX_TOLD && told.add(message)) {
      notices.tell(sentence(message));
    }
  }

  private AttachResult attach(TargetFile file) {
    AttachResult result = into.attach(file, System.nanoTime());
    // Where changes are not noticed, every process that maps the file is a reason to look at it.
    if (!(result instanceof AttachResult.Undecided) && into.noticesChanges()) {
      done.add(file.identity());
    }
    return result;
  }

  private ProbePlan plan() {
    return into.plan();
  }

  private String sentence(String text) {
    return into.sentence(text);
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static <T extends AttachResult> List<T> of(Class<T> kind, List<AttachResult> results) {
    return results.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
