package dev.uprobe.agent.process.ifunc;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which code runs when processes call an ifunc.
 *
 * @param fileOffsets where the implementations in use are in the file, in bytes
 * @param elsewhere what else is called: another file's path, or {@code [vdso]}
 * @param unresolved whether some process has not called the function yet, or never will
 */
public record IfuncResolution(
    SortedSet<Long> fileOffsets, SortedSet<String> elsewhere, boolean unresolved) {

  public IfuncResolution {
    fileOffsets = Collections.unmodifiableSortedSet(new TreeSet<>(fileOffsets));
    elsewhere = Collections.unmodifiableSortedSet(new TreeSet<>(elsewhere));
  }

  /** Why no probe on this file can see the function; empty where one can. */
  public Optional<String> problem(String function) {
    if (!fileOffsets.isEmpty()) {
      return Optional.empty();
    }
    if (elsewhere.contains("[vdso]")) {
      return Optional.of(function + " is served by the kernel's vDSO and cannot be probed");
    }
    if (!elsewhere.isEmpty()) {
      return Optional.of(
          "calls to " + function + " go to " + String.join(", ", elsewhere) + "; probe it there");
    }
    return Optional.of(
        "no running process has chosen its implementation of "
            + function
            + " yet; start a program that calls it");
  }
}
