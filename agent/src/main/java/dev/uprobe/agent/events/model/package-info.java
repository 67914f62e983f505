/**
 * What probes report, independent of how records look in the ring buffer and of any output: events,
 * aggregates, captured values, and the sink that takes them.
 *
 * <p>{@code decode} makes events out of records; {@code stack} names the addresses of their call
 * stacks; {@code text} and {@code json} write them; {@code sinks} drop or remember them on the way.
 * All of these depend on this package, and it on none of them. One thread decodes and writes.
 */
package dev.uprobe.agent.events.model;
