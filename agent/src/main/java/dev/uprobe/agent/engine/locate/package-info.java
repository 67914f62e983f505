/**
 * From an attach point to probe sites: which instructions of a file a probe sits on. Begin with
 * {@link dev.uprobe.agent.engine.locate.SiteResolver}, which has one resolver for each kind of
 * attach point.
 *
 * <p>This is also where it is decided how a return is seen (uretprobe, return instructions, or not
 * at all), and where debug information completes deferred plans. It reads files and no processes,
 * but for ifuncs. Everything runs on the tracing thread.
 */
package dev.uprobe.agent.engine.locate;
