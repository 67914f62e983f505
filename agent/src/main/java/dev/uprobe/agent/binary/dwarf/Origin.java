package dev.uprobe.agent.binary.dwarf;

import dev.uprobe.language.plan.Source;

/**
 * What a path begins with.
 *
 * @param typed the entry that has its type
 */
record Origin(Source source, Entry typed) {}
