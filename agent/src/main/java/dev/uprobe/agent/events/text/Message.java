package dev.uprobe.agent.events.text;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Printable;
import dev.uprobe.language.plan.MessageTemplate;
import dev.uprobe.language.plan.MessageTemplate.Literal;
import dev.uprobe.language.plan.MessageTemplate.Reference;
import dev.uprobe.language.plan.ProbePlan;
import java.util.List;
import java.util.function.Function;

/**
 * A probe's message, with the places of its values found once for all events: one line of printable
 * text.
 */
public record Message(List<Piece> pieces) {

  /** What one part of the template becomes for an event. */
  public sealed interface Piece {
    /** Returns it as printable text. */
    String text(Event event);

    /** Text that is the same in all events. */
    record Constant(String text) implements Piece {
      @Override
      public String text(Event event) {
        return text;
      }
    }

    /**
     * One of the values that the probe captures.
     *
     * @param index of the value in the event
     */
    record Value(int index) implements Piece {
      @Override
      public String text(Event event) {
        return MessageRenderer.show(event.values().get(index));
      }
    }

    /** The name of the event's function. */
    record FunctionName() implements Piece {
      @Override
      public String text(Event event) {
        return Printable.of(event.function());
      }
    }

    /** Something that every event has, such as its process. */
    record Field(Function<Event, String> read) implements Piece {
      @Override
      public String text(Event event) {
        return read.apply(event);
      }
    }
  }

  public Message {
    pieces = List.copyOf(pieces);
  }

  /** Finds the values that a probe's message shows. */
  public static Message of(ProbePlan plan) {
    return new Message(plan.message().parts().stream().map(part -> piece(plan, part)).toList());
  }

  /** Adds an event's message. */
  void append(StringBuilder text, Event event) {
    for (Piece piece : pieces) {
      text.append(piece.text(event));
    }
  }

  private static Piece piece(ProbePlan plan, MessageTemplate.Part part) {
    if (part instanceof Literal literal) {
      return new Piece.Constant(literal.text());
    }
    String name = ((Reference) part).name();
    for (int i = 0; i < plan.values().size(); i++) {
      if (plan.values().get(i).name().equals(name)) {
        return new Piece.Value(i);
      }
    }
    return switch (name) {
      case "function" -> new Piece.FunctionName();
      case "probe" -> new Piece.Constant(plan.name());
      case "duration" -> new Piece.Field(event -> MessageRenderer.duration(event.durationNanos()));
      case "comm" -> new Piece.Field(event -> Printable.of(event.comm()));
      case "pid" -> new Piece.Field(event -> Integer.toString(event.pid()));
      case "tid" -> new Piece.Field(event -> Integer.toString(event.tid()));
      case "cpu" -> new Piece.Field(event -> Integer.toString(event.cpu()));
      default -> throw new IllegalStateException("No value fills {" + name + "}.");
    };
  }
}
