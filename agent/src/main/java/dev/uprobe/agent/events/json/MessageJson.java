package dev.uprobe.agent.events.json;

import dev.uprobe.agent.events.model.CapturedValue;
import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.text.Message;
import dev.uprobe.agent.events.text.Message.Piece;

/** A probe's message as a string of JSON. */
final class MessageJson {
  private final Writer[] writers;

  MessageJson(Message message) {
    this.writers = message.pieces().stream().map(MessageJson::writer).toArray(Writer[]::new);
  }

  /** Adds an event's message, with quotes. */
  void write(Event event, JsonFragmentCache known, JsonLine json) {
    json.raw('"');
    for (Writer writer : writers) {
      writer.write(event, known, json);
    }
    json.raw('"');
  }

  /** Writes one piece of a message. */
  private interface Writer {
    void write(Event event, JsonFragmentCache known, JsonLine json);
  }

  private static Writer writer(Piece piece) {
    if (piece instanceof Piece.Constant constant) {
      return new Constant(new JsonLine().text(constant.text()).copy());
    }
    if (piece instanceof Piece.FunctionName) {
      return new FunctionName();
    }
    return piece instanceof Piece.Value value ? new Value(value) : new Other(piece);
  }

  private record Constant(byte[] text) implements Writer {
    @Override
    public void write(Event event, JsonFragmentCache known, JsonLine json) {
      json.raw(text);
    }
  }

  private record FunctionName() implements Writer {
    @Override
    public void write(Event event, JsonFragmentCache known, JsonLine json) {
      json.raw(known.function(event));
    }
  }

  /** Most values are numbers, which need not become strings first. */
  private record Value(Piece.Value piece) implements Writer {
    @Override
    public void write(Event event, JsonFragmentCache known, JsonLine json) {
      CapturedValue value = event.values().get(piece.index());
      if (value instanceof CapturedValue.Whole whole && !whole.unsigned()) {
        json.number(whole.bits());
      } else {
        json.text(piece.text(event));
      }
    }
  }

  private record Other(Piece piece) implements Writer {
    @Override
    public void write(Event event, JsonFragmentCache known, JsonLine json) {
      json.text(piece.text(event));
    }
  }
}
