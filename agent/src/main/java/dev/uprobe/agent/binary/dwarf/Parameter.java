package dev.uprobe.agent.binary.dwarf;

/**
 * A parameter of a function.
 *
 * @param typed the entry that has its type
 */
record Parameter(String name, Entry typed) {}
