package dev.uprobe.agent.host;

import dev.uprobe.agent.engine.program.Counters;

/**
 * What became of one probe's hits.
 *
 * @param unwritten those of its events that the output had no room for
 */
public record ProbeSummary(
    String trace, String probe, int functions, Counters counters, long unwritten) {}
