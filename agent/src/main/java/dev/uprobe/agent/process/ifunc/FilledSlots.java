package dev.uprobe.agent.process.ifunc;

import dev.uprobe.agent.binary.elf.Relocations;
import dev.uprobe.agent.binary.elf.Segment;
import dev.uprobe.agent.process.procfs.FileIdentity;
import dev.uprobe.agent.process.procfs.Mapping;
import dev.uprobe.agent.process.procfs.ProcessMemory;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Where the slots of one process lead that its dynamic linker has filled for a function. */
final class FilledSlots {
  private final ProcessMemory memory;
  private final FileIdentity target;
  private final Set<Long> resolvers;
  private final SortedSet<Long> fileOffsets = new TreeSet<>();
  private final SortedSet<String> elsewhere = new TreeSet<>();

  /** A file's slots for the function, and the segments that tell where they are in a process. */
  record Slots(List<Segment> segments, List<Relocations.Slot> slots) {
    static final Slots NONE = new Slots(List.of(), List.of());
  }

  /**
   * @param target the file that the function is in
   * @param resolvers where the function's resolver is in this process
   */
  FilledSlots(ProcessMemory memory, FileIdentity target, Set<Long> resolvers) {
    this.memory = memory;
    this.target = target;
    this.resolvers = resolvers;
  }

  /** Adds what a file's slots say; the mappings are those of this file in the process. */
  void read(Slots slots, List<Mapping> mappings) {
    for (long bias : LoadBias.of(slots.segments(), mappings)) {
      for (Relocations.Slot slot : slots.slots()) {
        OptionalLong value = memory.read(bias + slot.address());
        if (value.isPresent() && isFilled(slot, bias, value.getAsLong())) {
          memory
              .executableAt(value.getAsLong())
              .ifPresent(code -> add(value.getAsLong(), code, mappings.get(0).file()));
        }
      }
    }
  }

  boolean isEmpty() {
    return fileOffsets.isEmpty() && elsewhere.isEmpty();
  }

  SortedSet<Long> fileOffsets() {
    return fileOffsets;
  }

  SortedSet<String> elsewhere() {
    return elsewhere;
  }

  /** Before its first call a slot has what the file has there: a way back into the linker. */
  private boolean isFilled(Relocations.Slot slot, long bias, long value) {
    return value != slot.initial() && value != slot.initial() + bias && !resolvers.contains(value);
  }

  private void add(long address, Mapping code, FileIdentity caller) {
    boolean stubOfTheCaller = code.file().equals(caller);
    if (code.file().equals(target)) {
      fileOffsets.add(address - code.start() + code.fileOffset());
    } else if (code.path().equals("[vdso]") || code.ofFile() && !stubOfTheCaller) {
      elsewhere.add(code.path());
    }
  }
}
