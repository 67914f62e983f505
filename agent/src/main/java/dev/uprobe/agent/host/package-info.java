/**
 * The front end of {@code uprobe-agent trace}: fixed traces on one host, messages and a summary on
 * standard error. {@link dev.uprobe.agent.host.HostSession} starts the engine, says why a trace
 * cannot run, and ends with the traces' deadlines, their processes, or Ctrl-C.
 */
package dev.uprobe.agent.host;
