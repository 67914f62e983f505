/** Probes and metrics over HTTP. */
package dev.uprobe.operator.metrics;
