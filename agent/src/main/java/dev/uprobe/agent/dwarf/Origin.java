package dev.uprobe.agent.dwarf;

import dev.uprobe.plan.Source;

/**
 * What a path begins with.
 *
 * @param typed the entry that has its type
 */
record Origin(Source source, Entry typed) {}
