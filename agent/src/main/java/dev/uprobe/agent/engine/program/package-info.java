/**
 * The BPF programs of a probe: what a plan becomes in their read-only configuration, how they are
 * loaded, and the maps that Java shares with them. Begin with {@code LoadedProbe}.
 *
 * <p>The C side is in {@code bpf/}; a layout that both sides know is declared there once. The
 * tracing thread loads and unloads; counters may be read by any thread.
 */
package dev.uprobe.agent.engine.program;
