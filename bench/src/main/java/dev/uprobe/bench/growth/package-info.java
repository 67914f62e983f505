/** What more traces, more containers and more time do to the agent. */
package dev.uprobe.bench.growth;
