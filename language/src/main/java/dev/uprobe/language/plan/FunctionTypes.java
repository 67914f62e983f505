package dev.uprobe.language.plan;

import java.util.Optional;

/** Type information of a function, from its debug information. */
public interface FunctionTypes {

  /**
   * Returns the function's prototype in C.
   *
   * @throws java.io.UncheckedIOException when the debug information cannot be read
   */
  String prototype();

  /**
   * Resolves a path that names fields, such as {@code arg1->next->name}.
   *
   * @param from where the path starts; empty if that is a parameter of the function @throws
   *     dev.uprobe.language.text.SyntaxException if it cannot be resolved
   * @throws java.io.UncheckedIOException when the debug information cannot be read
   */
  ResolvedPath reach(String path, Optional<Source> from);
}
