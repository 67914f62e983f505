package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.Counters;

/**
 * What became of one probe's hits.
 *
 * @param unwritten those of its events that the output had no room for
 */
public record ProbeSummary(
    String trace, String probe, int functions, Counters counters, long unwritten) {}
