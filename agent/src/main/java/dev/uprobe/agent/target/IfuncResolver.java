package dev.uprobe.agent.target;

import dev.uprobe.agent.elf.ElfFile;
import dev.uprobe.agent.elf.Function;
import dev.uprobe.agent.elf.Relocations;
import dev.uprobe.agent.elf.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the implementation behind an ifunc, whose symbol is only a resolver: running processes have
 * the answer in the slots that their dynamic linker has filled. No code of the file is run.
 */
public final class IfuncResolver {
  private final Processes processes;
  private final MappedFiles mappedFiles;

  public IfuncResolver(Processes processes) {
    this.processes = processes;
    this.mappedFiles = new MappedFiles(processes);
  }

  /** A file's slots for the function, and the segments that tell where they are in a process. */
  private record Slots(List<Segment> segments, List<Relocations.Slot> slots) {}

  /** What is asked of every process. */
  private record Question(TargetFile file, Function function, Slots own) {}

  /** The slots of one process, as far as they have been filled. */
  private static final class Answer {
    final SortedSet<Long> fileOffsets = new TreeSet<>();
    final SortedSet<String> elsewhere = new TreeSet<>();

    boolean isEmpty() {
      return fileOffsets.isEmpty() && elsewhere.isEmpty();
    }
  }

  /**
   * Asks every process that has the file mapped.
   *
   * @param file the file, and the processes to ask
   * @param function an ifunc of this file
   */
  public IfuncResolution resolve(TargetFile file, Function function) throws IOException {
    Question question = new Question(file, function, ownSlots(file, function));
    Map<FileIdentity, Slots> callers = new HashMap<>();
    SortedSet<Long> fileOffsets = new TreeSet<>();
    SortedSet<String> elsewhere = new TreeSet<>();
    boolean unresolved = false;
    for (int pid : file.pids()) {
      Answer answer = ask(question, pid, callers);
      fileOffsets.addAll(answer.fileOffsets);
      elsewhere.addAll(answer.elsewhere);
      unresolved |= answer.isEmpty();
    }
    return new IfuncResolution(fileOffsets, elsewhere, unresolved);
  }

  private static Slots ownSlots(TargetFile file, Function function) throws IOException {
    try (ElfFile elf = ElfFile.open(file.path(), file.displayPath())) {
      return new Slots(elf.segments(), Relocations.of(elf).chosenBy(function));
    }
  }

  /** Also no answer: a process that has ended, or that nobody may look into. */
  private Answer ask(Question question, int pid, Map<FileIdentity, Slots> callers) {
    Answer answer = new Answer();
    try (ProcessMemory memory = ProcessMemory.open(processes, pid)) {
      Map<FileIdentity, List<Mapping>> files = memory.files();
      List<Mapping> own = files.getOrDefault(question.file().identity(), List.of());
      Set<Long> resolvers = new TreeSet<>();
      for (long bias : LoadBias.of(question.own().segments(), own)) {
        resolvers.add(bias + question.function().address());
      }
      read(question, memory, question.own(), own, resolvers, answer);
      // Whoever calls a resolver in this process gets the same, so one answer is enough.
      for (List<Mapping> caller : answer.isEmpty() ? files.values() : List.<List<Mapping>>of()) {
        Mapping first = caller.get(0);
        Slots slots =
            callers.computeIfAbsent(
                first.file(), key -> callerSlots(pid, first, question.function()));
        read(question, memory, slots, caller, resolvers, answer);
      }
    } catch (IOException e) {
      return answer;
    }
    return answer;
  }

  private Slots callerSlots(int pid, Mapping mapping, Function function) {
    Optional<Path> path = mappedFiles.path(pid, mapping);
    if (path.isPresent()) {
      try (ElfFile elf = ElfFile.open(path.get(), mapping.path())) {
        return new Slots(elf.segments(), Relocations.of(elf).callsTo(function));
      } catch (IOException e) {
        // Programs map files that are no ELF files, and other callers may have the answer.
        return new Slots(List.of(), List.of());
      }
    }
    return new Slots(List.of(), List.of());
  }

  private static void read(
      Question question,
      ProcessMemory memory,
      Slots slots,
      List<Mapping> caller,
      Set<Long> resolvers,
      Answer answer) {
    for (long bias :
        slots.slots().isEmpty() ? Set.<Long>of() : LoadBias.of(slots.segments(), caller)) {
      for (Relocations.Slot slot : slots.slots()) {
        OptionalLong value = memory.read(bias + slot.address());
        if (value.isPresent() && isFilled(slot, bias, value.getAsLong(), resolvers)) {
          memory
              .executableAt(value.getAsLong())
              .ifPresent(mapping -> add(question, value.getAsLong(), mapping, caller, answer));
        }
      }
    }
  }

  /** Before its first call a slot has what the file has there: a way back into the linker. */
  private static boolean isFilled(
      Relocations.Slot slot, long bias, long value, Set<Long> resolvers) {
    return value != slot.initial() && value != slot.initial() + bias && !resolvers.contains(value);
  }

  private static void add(
      Question question, long value, Mapping mapping, List<Mapping> caller, Answer answer) {
    boolean inFile = mapping.file().equals(question.file().identity());
    boolean ownStub = mapping.file().equals(caller.get(0).file());
    if (inFile) {
      answer.fileOffsets.add(value - mapping.start() + mapping.fileOffset());
    } else if (mapping.path().equals("[vdso]") || mapping.ofFile() && !ownStub) {
      answer.elsewhere.add(mapping.path());
    }
  }
}
