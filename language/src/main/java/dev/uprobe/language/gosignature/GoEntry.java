package dev.uprobe.language.gosignature;

/**
 * A parameter, a result or a field.
 *
 * @param name empty where it has none
 * @param column where it begins, from 1
 */
record GoEntry(String name, GoType type, int column) {}
