package dev.uprobe.language.path;

import dev.uprobe.language.plan.Source;
import java.util.ArrayList;
import java.util.List;

/**
 * The location of a value in memory.
 *
 * @param origin the name that the path begins with: {@code arg1}, {@code return}, or an argument's
 * @param steps the pointers that are followed from there, one after the other
 * @param plus added to the address at the end, in bytes
 */
public record ValuePath(String origin, List<Step> steps, int plus) {

  public ValuePath {
    steps = List.copyOf(steps);
  }

  /** Returns whether debug information is needed to resolve it. */
  public boolean namesFields() {
    return steps.stream().anyMatch(Step.Field.class::isInstance);
  }

  /**
   * Returns the location for a known origin.
   *
   * @param elementSize of the elements that the last step counts, in bytes
   * @throws dev.uprobe.language.text.SyntaxException for a field, because its offset is unknown
   */
  public Source source(Source from, int elementSize) {
    if (steps.isEmpty() && plus == 0) {
      return from;
    }
    List<Integer> offsets = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      int size = i == steps.size() - 1 ? elementSize : Long.BYTES;
      offsets.add(PathParser.offset(steps.get(i), size));
    }
    return new Source.Memory(from, offsets, plus);
  }
}
