package dev.uprobe.agent.trace;

import dev.uprobe.agent.attach.Counters;

/** What became of one probe's hits. */
public record ProbeSummary(String trace, String probe, int functions, Counters counters) {}
