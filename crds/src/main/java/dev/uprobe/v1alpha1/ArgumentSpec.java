package dev.uprobe.v1alpha1;

/**
 * One argument of a function.
 *
 * @param index from 1; its place in the list where it is left out
 * @param size the bytes that are kept of a string or of bytes, 1 to 4096
 * @param length the argument that says how many bytes there are; for bytes only
 */
public record ArgumentSpec(
    String name, Integer index, DataType type, Integer size, String length) {}
