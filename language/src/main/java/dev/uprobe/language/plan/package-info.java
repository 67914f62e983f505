/**
 * What a probe does, as far as it is known without a file: attach point, values with their sources
 * and types, conditions, limits, aggregation, message. Immutable records; the agent encodes them
 * for the BPF programs and formats events by them.
 */
package dev.uprobe.language.plan;
