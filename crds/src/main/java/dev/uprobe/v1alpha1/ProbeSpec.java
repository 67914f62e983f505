package dev.uprobe.v1alpha1;

import dev.uprobe.plan.ProbeType;
import java.util.List;

/**
 * A function to trace, and what to say about its calls.
 *
 * @param name unique in its trace
 * @param binary a path or a library's name; without it the target's own executables
 * @param symbol a function's name, or a glob over names
 * @param type Entry where it is left out
 * @param signature a C prototype, instead of {@code args} and {@code returns}
 * @param where conditions that must all hold
 * @param message a template such as <code>charged {cents} cents</code>
 */
public record ProbeSpec(
    String name,
    String binary,
    String symbol,
    ProbeType type,
    String signature,
    List<ArgumentSpec> args,
    ReturnSpec returns,
    List<String> where,
    String message) {

  public ProbeSpec {
    args = args == null ? List.of() : List.copyOf(args);
    where = where == null ? List.of() : List.copyOf(where);
  }
}
