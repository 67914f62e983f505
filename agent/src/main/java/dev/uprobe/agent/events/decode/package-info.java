/**
 * From the ring buffer to events, and from the maps of aggregations to aggregates. Begin with
 * {@link dev.uprobe.agent.events.decode.EventReader}, which is one thread.
 */
package dev.uprobe.agent.events.decode;
