package dev.uprobe.kernels;

import static dev.uprobe.kernels.Check.need;

import com.fasterxml.jackson.databind.JsonNode;
import dev.uprobe.kernels.Check.WrongException;
import java.util.ArrayList;
import java.util.List;

/** The calls of kernels/programs/race.c, which preempt each other in the midst of BPF programs. */
final class RaceCheck {
  private static final int THREADS = 8;
  private static final int CALLS = 1000;

  private RaceCheck() {}

  /** Compares entries, returns and calls, each with its values. */
  static String exact(Guest guest) throws WrongException {
    List<List<Object>> calls = new ArrayList<>();
    List<List<Object>> entries = new ArrayList<>();
    List<List<Object>> returns = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      for (long i = 0; i < CALLS; i++) {
        String name = "thread-" + thread;
        long cents = thread * 1_000_000L + i;
        calls.add(List.of(name, cents, i - 3));
        entries.add(List.of(name, cents));
        returns.add(List.of(i - 3));
      }
    }
    TraceChecks.same("calls", calls, values(guest.events("race", "label"), true, true));
    TraceChecks.same("entries", entries, values(guest.events("race", "ent"), true, false));
    TraceChecks.same("returns", returns, values(guest.events("race", "ret"), false, true));
    need(
        guest.events("race", "label").stream()
            .allMatch(each -> each.path("durationNanos").asLong() > 0),
        "a call without duration");
    return calls.size() + " calls, entries and returns";
  }

  private static List<List<Object>> values(
      List<JsonNode> events, boolean arguments, boolean result) {
    List<List<Object>> all = new ArrayList<>();
    for (JsonNode each : events) {
      List<Object> one = new ArrayList<>();
      if (arguments) {
        one.add(each.path("args").path("name").asText());
        one.add(each.path("args").path("cents").asLong());
      }
      if (result) {
        one.add(each.path("return").asLong());
      }
      all.add(one);
    }
    return all;
  }
}
