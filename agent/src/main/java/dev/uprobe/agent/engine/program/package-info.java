/**
 * The BPF programs of a probe: what specialises them, loading them, and their maps.
 *
 * <p>{@link dev.uprobe.agent.engine.program.LoadedProbe} is where to begin: it encodes the probe's
 * config ({@code ProbeConfig} and one class for each larger struct), sizes the maps, and loads. The
 * offsets and numbers of all structs come from {@link dev.uprobe.bpf.Structs} and {@link
 * dev.uprobe.bpf.Constants}, which the build generates from the programs. Used by the thread that
 * attaches.
 */
package dev.uprobe.agent.engine.program;
