/** What the agent tells Prometheus. Every source of figures is a collector of one registry. */
package dev.uprobe.agent.metrics;
