package dev.uprobe.kernels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a suite left behind in a guest: the files that kernels/guest has it write. */
final class Guest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Map<String, List<JsonNode>> events = new HashMap<>();

  /** Reads the results of a suite. */
  Guest(Path folder) throws IOException {
    this.folder = folder;
    for (String output : List.of("traces.out", "race.out")) {
      for (JsonNode event : eventsOf(output)) {
        events.computeIfAbsent(event.path("trace").asText(), key -> new ArrayList<>()).add(event);
      }
    }
  }

  /** Returns what one run of the agent showed, in order. */
  List<JsonNode> eventsOf(String output) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String line : lines(output)) {
      all.add(JSON.readTree(line));
    }
    return all;
  }

  /** Returns the suite's name. */
  String suite() {
    return folder.getFileName().toString();
  }

  /** Returns what a trace showed, in order. */
  List<JsonNode> events(String trace) {
    return events.getOrDefault(trace, List.of());
  }

  /** Returns what one probe of a trace showed, in order. */
  List<JsonNode> events(String trace, String probe) {
    return events(trace).stream()
        .filter(each -> each.path("probe").asText().equals(probe))
        .toList();
  }

  /** Returns a file's lines; none where there is no such file. */
  List<String> lines(String file) throws IOException {
    return text(file).lines().toList();
  }

  /** Returns a folder that the suite wrote. */
  Path folder(String name) {
    return folder.resolve(name);
  }

  /** Returns a file's text; empty where there is no such file. */
  String text(String file) throws IOException {
    Path path = folder.resolve(file);
    return Files.exists(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "";
  }

  /** Returns a column of the summary that the agent prints at its end; -1 without such a line. */
  long summary(String probe, Column column) throws IOException {
    for (String output : List.of("traces.err", "race.err")) {
      for (String line : lines(output)) {
        if (line.startsWith(probe + " ")) {
          String number = line.strip().split("\\s+")[column.ordinal()];
          return Long.parseLong(number.replaceAll("[^0-9]", ""));
        }
      }
    }
    return -1;
  }

  /** The columns of the summary, in order. */
  enum Column {
    PROBE,
    FUNCTIONS,
    HITS,
    EVENTS,
    FILTERED,
    LIMITED,
    LOST
  }
}
