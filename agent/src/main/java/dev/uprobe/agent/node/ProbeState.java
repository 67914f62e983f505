package dev.uprobe.agent.node;

/** One probe of an attachment, as it is now. */
record ProbeState(String name, int functions, Counts counts) {}
