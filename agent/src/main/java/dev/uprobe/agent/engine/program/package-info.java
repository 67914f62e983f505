/** Putting probes into the kernel and taking them out again; the sole owner of links. */
package dev.uprobe.agent.engine.program;
