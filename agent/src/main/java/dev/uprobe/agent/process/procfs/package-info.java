/**
 * What {@code /proc} says of processes: their programs, mappings, namespaces and memory. All of it
 * may be gone, or another process's, a moment later.
 */
package dev.uprobe.agent.process.procfs;
