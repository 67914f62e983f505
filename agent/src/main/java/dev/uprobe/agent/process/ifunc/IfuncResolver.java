package dev.uprobe.agent.process.ifunc;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.elf.Relocations;
import dev.uprobe.agent.process.files.ProcessFiles;
import dev.uprobe.agent.process.files.TargetFile;
import dev.uprobe.agent.process.ifunc.FilledSlots.Slots;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.process.procfs.ProcessMemory;
import dev.uprobe.agent.process.procfs.Processes;
import dev.uprobe.agent.sys.libc.Libc;
import dev.uprobe.agent.sys.tree.OpenedFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the implementation behind an ifunc, whose symbol is only a resolver: running processes have
 * the answer in the slots that their dynamic linker has filled. No code of the file is run.
 */
public final class IfuncResolver {
  /** Programs have some hundred libraries; a hostile one may map any number of files. */
  private static final int MAX_OTHERS = 4096;

  private final Libc libc;
  private final Processes processes;

  public IfuncResolver(Libc libc, Processes processes) {
    this.libc = libc;
    this.processes = processes;
  }

  /** What is asked of every process; other files' slots are kept, as most processes share them. */
  private record Question(
      TargetFile file, Function function, Slots own, Map<FileIdentity, Slots> others) {}

  /**
   * Asks every process that has the file mapped.
   *
   * @param file the file, and the processes to ask
   * @param function an ifunc of this file
   */
  public IfuncResolution resolve(TargetFile file, Function function) throws IOException {
    Question question = new Question(file, function, ownSlots(file, function), new HashMap<>());
    SortedSet<Long> fileOffsets = new TreeSet<>();
    SortedSet<String> elsewhere = new TreeSet<>();
    boolean unresolved = false;
    for (int pid : file.pids()) {
      try (ProcessMemory memory = ProcessMemory.open(processes, pid)) {
        Optional<FilledSlots> filled = ask(question, pid, memory);
        filled.ifPresent(slots -> fileOffsets.addAll(slots.fileOffsets()));
        filled.ifPresent(slots -> elsewhere.addAll(slots.elsewhere()));
        unresolved |= filled.isPresent() && filled.get().isEmpty();
      } catch (NoSuchFileException e) {
        // The process has ended, and with it its calls.
        continue;
      } catch (IOException e) {
        unresolved = true;
      }
    }
    return new IfuncResolution(fileOffsets, elsewhere, unresolved);
  }

  /** Empty where the process does not have the file mapped any more. */
  private Optional<FilledSlots> ask(Question question, int pid, ProcessMemory memory) {
    FileIdentity target = question.file().identity();
    Map<FileIdentity, List<Mapping>> files = memory.files();
    if (!files.containsKey(target)) {
      return Optional.empty();
    }
    Set<Long> resolvers = new HashSet<>();
    for (long bias : LoadBias.of(question.own().segments(), files.get(target))) {
      resolvers.add(bias + question.function().address());
    }
    FilledSlots filled = new FilledSlots(memory, target, resolvers);
    filled.read(question.own(), files.get(target));
    if (filled.isEmpty()) {
      // Whoever asks a resolver in this process gets the same, so others matter only now.
      files.forEach(
          (file, mappings) -> filled.read(otherSlots(question, pid, mappings.get(0)), mappings));
    }
    return Optional.of(filled);
  }

  private static Slots ownSlots(TargetFile file, Function function) throws IOException {
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath())) {
      return new Slots(elf.segments(), Relocations.of(elf).chosenBy(function));
    }
  }

  private Slots otherSlots(Question question, int pid, Mapping mapping) {
    Map<FileIdentity, Slots> others = question.others();
    if (!others.containsKey(mapping.file()) && others.size() < MAX_OTHERS) {
      others.put(mapping.file(), callerSlots(question.function(), pid, mapping));
    }
    return others.getOrDefault(mapping.file(), Slots.NONE);
  }

  private Slots callerSlots(Function function, int pid, Mapping mapping) {
    try (ProcessFiles files = ProcessFiles.open(libc, processes.folder(pid))) {
      Optional<OpenedFile> opened = files.open(mapping);
      return opened.isPresent() ? callerSlots(function, opened.get(), mapping) : Slots.NONE;
    } catch (IOException e) {
      // Programs also map files that are no ELF files.
      return Slots.NONE;
    }
  }

  private static Slots callerSlots(Function function, OpenedFile opened, Mapping mapping)
      throws IOException {
    try (opened;
        ElfFile elf = ElfFile.open(opened.path(), mapping.path())) {
      return new Slots(elf.segments(), Relocations.of(elf).callsTo(function));
    }
  }
}
