package dev.uprobe.agent.process.files;

import dev.uprobe.agent.process.procfs.Mapping;
import java.io.IOException;
import java.util.List;

/** The processes that a search looks through. */
@FunctionalInterface
public interface ProcessVisits {

  /** Shows every process that still runs and may be looked at. */
  void visit(Visitor visitor) throws IOException;

  /** Is shown one process. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Looks at one process.
     *
     * @param process closed after the visit
     * @param code its mappings of files that it may execute
     */
    void visit(int pid, ProcessFiles process, List<Mapping> code) throws IOException;
  }
}
