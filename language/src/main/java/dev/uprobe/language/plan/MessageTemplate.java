package dev.uprobe.language.plan;

import java.util.List;

/** The text of an event, with the places that its values fill. */
public record MessageTemplate(List<Part> parts) {

  public MessageTemplate {
    parts = List.copyOf(parts);
  }

  /** A piece of a message. */
  public sealed interface Part {}

  /** Text that stands as it is. */
  public record Literal(String text) implements Part {}

  /**
   * A place that is filled at each event.
   *
   * @param name a value's name, or one of {@code function}, {@code duration}, {@code comm}, {@code
   *     pid}, {@code tid}, {@code cpu}, {@code probe}
   */
  public record Reference(String name) implements Part {}
}
