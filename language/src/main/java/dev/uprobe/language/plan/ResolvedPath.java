package dev.uprobe.language.plan;

import java.util.Optional;

/**
 * The value at the end of a path.
 *
 * @param source where it is found; if it is in place, its address
 * @param isInPlace whether it is an array or a struct that is stored at the end of the path
 * @param type how it is read; empty if the debug information is not sufficient
 * @param element element of the array or target of the pointer, if that is a number
 * @param untyped what it is, and why it has no type of its own; empty if it has one
 */
public record ResolvedPath(
    Source source,
    boolean isInPlace,
    Optional<ValueType> type,
    Optional<ValueType> element,
    String untyped) {}
