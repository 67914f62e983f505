package dev.uprobe.agent.engine;

import dev.uprobe.agent.engine.program.Selection;
import dev.uprobe.agent.sys.libc.Handle;
import dev.uprobe.agent.sys.libc.KernelException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What of this node a trace is about: containers of pods, or the node itself. */
interface TraceTarget extends Handle {

  /**
   * Selects what there is now.
   *
   * @return by which the trace's programs decide; programs of another selection must be replaced
   * @throws IOException if what the trace names is not on this node
   */
  Selection select() throws KernelException, IOException;

  /**
   * Attaches to what is new, and to what was not done and is due.
   *
   * @param now by the clock of {@link System#nanoTime}
   * @return whether anything has changed of what a status tells
   */
  boolean attach(TraceProbes probes, MappingDelta seen, long now);

  /** Forgets what became of other probes than these. */
  void retain(Set<String> probes);

  /** Returns how long it is until another attempt is due; empty where all is done. */
  Optional<Duration> untilNext(long now);

  /** Returns what became of the probes: in each container, or on the node itself. */
  List<ContainerState> states();
}
