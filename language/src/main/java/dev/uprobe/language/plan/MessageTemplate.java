package dev.uprobe.language.plan;

import java.util.List;

/** The text of an event, with placeholders for its values. */
public record MessageTemplate(List<Part> parts) {

  public MessageTemplate {
    parts = List.copyOf(parts);
  }

  /** A piece of a message. */
  public sealed interface Part {}

  /** Literal text. */
  public record Literal(String text) implements Part {}

  /**
   * A placeholder that is filled for each event.
   *
   * @param name a value's name, or one of {@code function}, {@code duration}, {@code comm}, {@code
   *     pid}, {@code tid}, {@code cpu}, {@code probe}
   */
  public record Reference(String name) implements Part {}
}
