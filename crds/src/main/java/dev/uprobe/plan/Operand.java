package dev.uprobe.plan;

/** Where a value comes from, and how its bits are to be read. */
public record Operand(Source source, ValueType type) {}
