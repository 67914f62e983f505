package dev.uprobe.e2e.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Optional;

/**
 * An event or an aggregate as an agent's log has it.
 *
 * @param line all of it
 */
public record LoggedEvent(
    Instant time,
    String namespace,
    String trace,
    String probe,
    String pod,
    String container,
    String node,
    String message,
    JsonNode line) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns the arguments by their names. */
  public JsonNode args() {
    return line.path("args");
  }

  /** Returns the event of a line, if it is one and not a message of the agent. */
  public static Optional<LoggedEvent> of(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      return json.has("probe") && !json.has("level")
          ? Optional.of(
              new LoggedEvent(
                  Instant.parse(json.path("time").asText()),
                  json.path("namespace").asText(),
                  json.path("trace").asText(),
                  json.path("probe").asText(),
                  json.path("pod").asText(),
                  json.path("container").asText(),
                  json.path("node").asText(),
                  json.path("message").asText(),
                  json))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      throw new AssertionError("the agent's log has a line that is not JSON: " + line, e);
    }
  }
}
