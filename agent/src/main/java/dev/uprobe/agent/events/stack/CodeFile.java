package dev.uprobe.agent.events.stack;

import dev.uprobe.agent.binary.functions.FunctionIndex;
import dev.uprobe.agent.process.procfs.Mapping;

/**
 * A file with code, and what is known of its functions, as long as there is room. Used by one
 * thread.
 */
final class CodeFile {
  private final String name;
  private FunctionIndex functions;
  private boolean isForgotten;

  CodeFile(String name, FunctionIndex functions) {
    this.name = name;
    this.functions = functions;
  }

  /** A file that nobody can open, or memory that belongs to none. */
  static CodeFile withoutFunctions(Mapping mapping) {
    return new CodeFile(name(mapping), FunctionIndex.empty());
  }

  /** What frames call the file of a mapping: the last part of its path, or the kernel's word. */
  static String name(Mapping mapping) {
    if (mapping.ofFile()) {
      return mapping.fileName();
    }
    return mapping.path().startsWith("[") ? mapping.path() : "[anon]";
  }

  String name() {
    return name;
  }

  FunctionIndex functions() {
    return functions;
  }

  /** Makes room for others: the file has to be read again. */
  void forget() {
    functions = FunctionIndex.empty();
    isForgotten = true;
  }

  boolean isForgotten() {
    return isForgotten;
  }
}
