package dev.uprobe.language.plan;

import java.util.Optional;

/** What debug information tells of a function. */
public interface FunctionTypes {

  /**
   * Returns the function's prototype in C.
   *
   * @throws java.io.UncheckedIOException when the debug information cannot be read
   */
  String prototype();

  /**
   * Returns what a path leads to that names fields, such as {@code arg1->next->name}.
   *
   * @param from what the path begins with; empty where that is a parameter of the function
   * @throws dev.uprobe.language.text.SyntaxException when it leads nowhere
   * @throws java.io.UncheckedIOException when the debug information cannot be read
   */
  ResolvedPath reach(String path, Optional<Source> from);
}
