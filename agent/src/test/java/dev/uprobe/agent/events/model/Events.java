package dev.uprobe.agent.events.model;

import dev.uprobe.agent.fixture.ProbeYaml;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Events for tests of what shows them. */
public final class Events {
  public static final long TIME = 51_859_473_296_000L;

  private Events() {}

  /** An event of a probe, given as in YAML, with its values. */
  public static Event of(String probe, CapturedValue... values) {
    return of(probe, "func", "target-sample", values);
  }

  public static Event of(String probe, String function, String comm, CapturedValue... values) {
    ProbeDescriptor traced = new ProbeDescriptor(0, "trace", ProbeYaml.probe(probe));
    return new Event(
        traced, function, TIME, 1_500, comm, 2562, 2563, 1, 0, List.of(values), List.of());
  }

  public static CapturedValue signed(long number) {
    return new CapturedValue.Whole(number, false);
  }

  public static CapturedValue unsigned(long bits) {
    return new CapturedValue.Whole(bits, true);
  }

  public static CapturedValue text(String text) {
    return new CapturedValue.Text(text.getBytes(StandardCharsets.UTF_8), false);
  }

  public static CapturedValue cutText(String text) {
    return new CapturedValue.Text(text.getBytes(StandardCharsets.UTF_8), true);
  }
}
