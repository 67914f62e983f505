package dev.uprobe.agent.events.text;

import dev.uprobe.agent.events.json.JsonFragmentCache;
import dev.uprobe.agent.events.json.JsonLine;
import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.language.plan.MessageTemplate;
import dev.uprobe.language.plan.MessageTemplate.Literal;
import dev.uprobe.language.plan.MessageTemplate.Reference;
import dev.uprobe.language.plan.ProbePlan;

/**
 * A probe's message, with the places of its values found once for all events: one line of printable
 * text.
 */
public final class Message {
  private final Piece[] pieces;

  public Message(ProbePlan plan) {
    this.pieces =
        plan.message().parts().stream().map(part -> piece(plan, part)).toArray(Piece[]::new);
  }

  /** What one part of the template becomes for an event. */
  private interface Piece {
    String text(Event event);

    /** Adds the text to a string of JSON. */
    default void append(JsonLine json, Event event, JsonFragmentCache known) {
      json.text(text(event));
    }
  }

  /** Adds an event's message. */
  public void append(StringBuilder text, Event event) {
    for (Piece each : pieces) {
      text.append(each.text(event));
    }
  }

  /** Adds an event's message, with quotes. */
  public void append(JsonLine json, Event event, JsonFragmentCache known) {
    json.raw('"');
    for (Piece each : pieces) {
      each.append(json, event, known);
    }
    json.raw('"');
  }

  private static Piece piece(ProbePlan plan, MessageTemplate.Part part) {
    if (part instanceof Literal literal) {
      return new Constant(literal.text(), new JsonLine().text(literal.text()).copy());
    }
    String name = ((Reference) part).name();
    for (int i = 0; i < plan.values().size(); i++) {
      if (plan.values().get(i).name().equals(name)) {
        return new Value(i);
      }
    }
    return switch (name) {
      case "function" -> new FunctionName();
      case "duration" -> event -> MessageRenderer.duration(event.durationNanos());
      case "comm" -> event -> MessageRenderer.printable(event.comm());
      case "pid" -> event -> Integer.toString(event.pid());
      case "tid" -> event -> Integer.toString(event.tid());
      case "cpu" -> event -> Integer.toString(event.cpu());
      case "probe" -> event -> plan.name();
      default -> throw new IllegalStateException("No value fills {" + name + "}.");
    };
  }

  /** Text that is the same in all events. */
  private static final class Constant implements Piece {
    private final String text;
    private final byte[] json;

    Constant(String text, byte[] json) {
      this.text = text;
      this.json = json;
    }

    @Override
    public String text(Event event) {
      return text;
    }

    @Override
    public void append(JsonLine out, Event event, JsonFragmentCache known) {
      out.raw(json);
    }
  }

  /** One of the event's values. */
  private record Value(int index) implements Piece {
    @Override
    public String text(Event event) {
      return MessageRenderer.show(event.values().get(index));
    }

    /** Most are numbers, which need not become strings first. */
    @Override
    public void append(JsonLine json, Event event, JsonFragmentCache known) {
      CapturedValue value = event.values().get(index);
      if (value instanceof CapturedValue.Whole whole && !whole.unsigned()) {
        json.number(whole.bits());
      } else {
        json.text(MessageRenderer.show(value));
      }
    }
  }

  /** The name of the event's function. */
  private record FunctionName() implements Piece {
    @Override
    public String text(Event event) {
      return MessageRenderer.printable(event.function());
    }

    @Override
    public void append(JsonLine json, Event event, JsonFragmentCache known) {
      json.raw(known.function(event));
    }
  }
}
