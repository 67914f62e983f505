/** Reconciles UprobeTraces. */
package dev.uprobe.operator.trace;
