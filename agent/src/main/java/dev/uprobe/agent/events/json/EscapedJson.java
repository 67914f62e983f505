package dev.uprobe.agent.events.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

/**
 * JSON for a log: text of traced programs may hold characters that change what a terminal shows.
 */
public final class EscapedJson {
  private EscapedJson() {}

  /** Returns what writes JSON in which all but printable ASCII is escaped. */
  public static JsonFactory factory() {
    return new JsonFactoryBuilder()
        .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
        .characterEscapes(new DeleteEscaped())
        .build();
  }
}
