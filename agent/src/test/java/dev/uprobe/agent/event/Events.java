package dev.uprobe.agent.event;

import dev.uprobe.agent.fixture.ProbeYaml;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Events for tests of what shows them. */
final class Events {
  static final long TIME = 51_859_473_296_000L;

  private Events() {}

  /** An event of a probe, given as in YAML, with its values. */
  static Event of(String probe, Captured... values) {
    return of(probe, "func", "target-sample", values);
  }

  static Event of(String probe, String function, String comm, Captured... values) {
    TracedProbe traced = new TracedProbe(0, "trace", ProbeYaml.probe(probe));
    return new Event(
        traced, function, TIME, 1_500, comm, 2562, 2563, 1, 0, List.of(values), List.of());
  }

  static Captured signed(long number) {
    return new Captured.Whole(number, false);
  }

  static Captured unsigned(long bits) {
    return new Captured.Whole(bits, true);
  }

  static Captured text(String text) {
    return new Captured.Text(text.getBytes(StandardCharsets.UTF_8), false);
  }

  static Captured cutText(String text) {
    return new Captured.Text(text.getBytes(StandardCharsets.UTF_8), true);
  }
}
