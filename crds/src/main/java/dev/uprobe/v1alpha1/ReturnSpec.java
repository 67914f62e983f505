package dev.uprobe.v1alpha1;

/**
 * The return value of a function.
 *
 * @param type i64 where it is left out
 * @param size the bytes that are kept of a string or of bytes, 1 to 4096
 */
public record ReturnSpec(DataType type, Integer size) {}
