package dev.uprobe.agent.binary.functions;

import dev.uprobe.agent.binary.elf.Function;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Says that a file has no function of a name, and what a user may take instead. */
public final class UnknownFunction {
  private static final int MAX_NAMES = 3;

  private UnknownFunction() {}

  /**
   * Returns a clause that can end a sentence.
   *
   * @param file as messages call it
   * @param nearest names that look most like the one that was not found
   */
  public static String describe(
      String file, String symbol, FunctionTable functions, List<String> nearest)
      throws IOException {
    List<Function> clones = functions.clones(symbol);
    if (!clones.isEmpty()) {
      return file + " has no function " + symbol + ", " + madeOf(clones);
    }
    return file
        + " has no function "
        + symbol
        + (nearest.isEmpty() ? ";" : "; did you mean " + String.join(", ", nearest) + "?")
        + " `uprobe-agent symbols "
        + file
        + "` lists all";
  }

  private static String madeOf(List<Function> clones) {
    List<Function> whole = clones.stream().filter(each -> !FunctionTable.isPart(each)).toList();
    return whole.isEmpty()
        ? "the compiler built it into its callers and kept only a part of it, "
            + names(clones)
            + "; probe a caller, or that part by this name"
        : "the compiler made "
            + names(whole)
            + " of it, whose arguments may differ; probe it by this name";
  }

  private static String names(List<Function> functions) {
    return functions.stream()
        .map(Function::name)
        .distinct()
        .limit(MAX_NAMES)
        .collect(Collectors.joining(", "));
  }
}
