package dev.uprobe.agent.event;

import dev.uprobe.plan.MessageTemplate;
import dev.uprobe.plan.MessageTemplate.Literal;
import dev.uprobe.plan.MessageTemplate.Reference;
import dev.uprobe.plan.ProbePlan;
import java.util.List;

/** A probe's message, with the places of its values found once for all events. */
final class Message {
  private final List<Piece> pieces;

  Message(ProbePlan plan) {
    this.pieces = plan.message().parts().stream().map(part -> piece(plan, part)).toList();
  }

  /** Adds what one part of the template becomes for an event. */
  private interface Piece {
    void append(StringBuilder text, Event event);
  }

  /** Adds an event's message: one line of printable text. */
  void append(StringBuilder text, Event event) {
    for (int i = 0; i < pieces.size(); i++) {
      pieces.get(i).append(text, event);
    }
  }

  private static Piece piece(ProbePlan plan, MessageTemplate.Part part) {
    if (part instanceof Literal literal) {
      return (text, event) -> text.append(literal.text());
    }
    String name = ((Reference) part).name();
    for (int i = 0; i < plan.values().size(); i++) {
      if (plan.values().get(i).name().equals(name)) {
        int index = i;
        return (text, event) -> MessageRenderer.show(event.values().get(index), text);
      }
    }
    return switch (name) {
      case "function" -> (text, event) -> text.append(MessageRenderer.printable(event.function()));
      case "duration" ->
          (text, event) -> text.append(MessageRenderer.duration(event.durationNanos()));
      case "comm" -> (text, event) -> text.append(MessageRenderer.printable(event.comm()));
      case "pid" -> (text, event) -> text.append(event.pid());
      case "tid" -> (text, event) -> text.append(event.tid());
      case "cpu" -> (text, event) -> text.append(event.cpu());
      case "probe" -> (text, event) -> text.append(plan.name());
      default -> throw new IllegalStateException("No value fills {" + name + "}.");
    };
  }
}
