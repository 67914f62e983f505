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

  /** Writes one piece of an event's message. */
  private interface Writer {
    void write(Event event, JsonFragmentCache known, JsonLine json);
  }

  /** Adds an event's message, with quotes. */
  void write(Event event, JsonFragmentCache known, JsonLine json) {
    json.raw('"');
    for (Writer writer : writers) {
      writer.write(event, known, json);
    }
    json.raw('"');
  }

  private static Writer writer(Piece piece) {
    if (piece instanceof Piece.Constant constant) {
      byte[] text = new JsonLine().text(constant.text()).copy();
      return (event, known, json) -> json.raw(text);
    }
    if (piece instanceof Piece.FunctionName) {
      return (event, known, json) -> json.raw(known.function(event));
    }
    if (piece instanceof Piece.Value value) {
      return (event, known, json) -> writeValue(value, event, json);
    }
    return (event, known, json) -> json.text(piece.text(event));
  }

  /** Most values are numbers, which need not become strings first. */
  private static void writeValue(Piece.Value piece, Event event, JsonLine json) {
    if (event.values().get(piece.index()) instanceof CapturedValue.Whole whole
        && !whole.unsigned()) {
      json.number(whole.bits());
    } else {
      json.text(piece.text(event));
    }
  }
}
