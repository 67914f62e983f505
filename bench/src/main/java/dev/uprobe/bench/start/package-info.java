/** How soon a tracer traces, and what it costs at rest and at work. */
package dev.uprobe.bench.start;
