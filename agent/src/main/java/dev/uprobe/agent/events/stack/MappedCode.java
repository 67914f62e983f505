package dev.uprobe.agent.events.stack;

import dev.uprobe.agent.process.procfs.Mapping;
import java.util.Optional;

/** A stretch of code in the memory of a process and of its children. Used by one thread. */
final class MappedCode {
  private final long since;
  private final Mapping mapping;
  private Optional<CodeFile> file = Optional.empty();

  /**
   * @param since CLOCK_MONOTONIC, in nanoseconds
   */
  MappedCode(long since, Mapping mapping) {
    this.since = since;
    this.mapping = mapping;
  }

  long since() {
    return since;
  }

  Mapping mapping() {
    return mapping;
  }

  /** The file, once it has been looked at. */
  Optional<CodeFile> file() {
    return file;
  }

  void file(CodeFile known) {
    file = Optional.of(known);
  }

  boolean covers(Mapping other) {
    return Long.compareUnsigned(mapping.start(), other.start()) <= 0
        && Long.compareUnsigned(mapping.end(), other.end()) >= 0;
  }

  boolean isSameAs(Mapping other) {
    return mapping.start() == other.start()
        && mapping.end() == other.end()
        && mapping.fileOffset() == other.fileOffset()
        && mapping.file().equals(other.file())
        && mapping.path().equals(other.path());
  }
}
