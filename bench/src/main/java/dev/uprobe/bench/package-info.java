/** What tracing costs, measured side by side: bench/README.md says how to run it. */
package dev.uprobe.bench;
