/**
 * The engine that carries out traces, for the command line as for a node of a cluster. Begin with
 * {@link dev.uprobe.agent.engine.TraceEngine}, which puts all parts together.
 *
 * <p>{@link dev.uprobe.agent.engine.ActiveTraces} brings what is attached in line with what is to
 * be traced: each {@link dev.uprobe.agent.engine.ActiveTrace} selects processes through its {@link
 * dev.uprobe.agent.engine.TraceTarget} (pods or the host), finds files, and attaches its probes to
 * each file once ({@code ProbeFiles}, {@code FileAttacher}). What is pending or has failed is tried
 * again with a {@link dev.uprobe.agent.engine.Backoff}.
 *
 * <p>All of that runs on one thread, {@link dev.uprobe.agent.engine.TracingLoop}. Informers, the
 * kernel's reports and timers only hand over changes to it. Front ends hear what happens by {@link
 * dev.uprobe.agent.engine.TraceListener} and {@link dev.uprobe.agent.engine.Diagnostics}.
 */
package dev.uprobe.agent.engine;
