package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.LimitSpec;
import dev.uprobe.language.plan.Limit;
import java.util.Objects;

/** Compiles the rate limit and sampling of a probe. */
final class Limits {
  private static final LimitSpec NOTHING_SAID = new LimitSpec(null, null);

  private Limits() {}

  /**
   * Returns the limit, and records problems with it.
   *
   * @param spec null if the YAML has no {@code limit}
   */
  static Limit of(LimitSpec spec, Problems problems) {
    LimitSpec limit = Objects.requireNonNullElse(spec, NOTHING_SAID);
    int events = Objects.requireNonNullElse(limit.eventsPerSecond(), Limit.DEFAULT_EVENTS);
    int every = Objects.requireNonNullElse(limit.sampleEvery(), 1);
    problems
        .at("eventsPerSecond")
        .addIf(
            events < 0 || events > Limit.MAX, "must be from 0, which is no limit, to " + Limit.MAX);
    problems
        .at("sampleEvery")
        .addIf(every < 1 || every > Limit.MAX, "must be from 1 to " + Limit.MAX);
    return new Limit(events, every);
  }
}
