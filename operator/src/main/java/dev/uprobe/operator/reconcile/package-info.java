/** Reconciles UprobeTraces. */
package dev.uprobe.operator.reconcile;
