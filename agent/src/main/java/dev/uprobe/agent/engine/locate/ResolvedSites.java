package dev.uprobe.agent.engine.locate;

import java.util.List;
import java.util.Optional;

/**
 * Where in a file a probe has to sit.
 *
 * @param sites distinct by their offset
 * @param pending why some function has no site yet: an ifunc that no process has called
 * @param refused of each function that cannot be probed, why: a clause that names it
 */
public record ResolvedSites(List<ProbeSite> sites, Optional<String> pending, List<String> refused) {
  private static final int NAMED = 3;

  public ResolvedSites {
    sites = List.copyOf(sites);
    refused = List.copyOf(refused);
  }

  static ResolvedSites of(ProbeSite site) {
    return new ResolvedSites(List.of(site), Optional.empty(), List.of());
  }

  /** Returns why some functions cannot be probed, without a full stop; empty where all can. */
  public Optional<String> refusal(String file) {
    if (refused.isEmpty()) {
      return Optional.empty();
    }
    int others = refused.size() - NAMED;
    String message =
        "in "
            + file
            + ", "
            + String.join("; ", refused.subList(0, Math.min(NAMED, refused.size())))
            + (others > 0 ? "; and " + others + " others are like that" : "")
            + "; choose other functions, or use type: Entry";
    return Optional.of(message);
  }
}
