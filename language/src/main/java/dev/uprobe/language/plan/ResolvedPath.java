package dev.uprobe.language.plan;

import java.util.Optional;

/**
 * What lies at the end of a path.
 *
 * @param source where it is found; of what is in place, its address
 * @param isInPlace whether it is an array or a struct, which lies at the end of the path itself
 * @param type how it is read; empty where the debug information does not say enough
 * @param element what it is an array of, or points to, if that is a number
 * @param untyped what it is, and why it has no type by itself; empty where it has one
 */
public record ResolvedPath(
    Source source,
    boolean isInPlace,
    Optional<ValueType> type,
    Optional<ValueType> element,
    String untyped) {}
