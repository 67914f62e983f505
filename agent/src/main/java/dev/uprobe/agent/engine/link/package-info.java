/**
 * Links between programs and functions: uprobe_multi from kernel 6.6 on, perf events before. Begin
 * with {@link dev.uprobe.agent.engine.link.ProbeSet}, which owns all probes in the kernel; an
 * {@link dev.uprobe.agent.engine.link.AttachedProbe} has the links of one probe, by file.
 *
 * <p>The tracing thread attaches and detaches. The thread that notices a rewritten file may close
 * that file's links at any time.
 */
package dev.uprobe.agent.engine.link;
