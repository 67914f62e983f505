package dev.uprobe.agent.process.ifunc;

import dev.uprobe.agent.binary.elf.Segment;
import dev.uprobe.agent.process.procfs.Mapping;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is added to the addresses in a file to get those in a process that has it mapped. */
final class LoadBias {
  private LoadBias() {}

  /**
   * One bias for each time that the process has loaded the file.
   *
   * @param segments the file's segments
   * @param mappings the process's mappings of this file
   */
  static Set<Long> of(List<Segment> segments, List<Mapping> mappings) {
    Set<Long> biases = new LinkedHashSet<>();
    for (Mapping mapping : mappings) {
      long length = mapping.end() - mapping.start();
      for (Segment segment : segments) {
        long distance = segment.offset() - mapping.fileOffset();
        if (mapping.executable() && segment.executable() && distance >= 0 && distance < length) {
          biases.add(mapping.start() + distance - segment.address());
        }
      }
    }
    return biases;
  }
}
