/** Events and aggregates as text: for a terminal, and as folded stacks for flame graphs. */
package dev.uprobe.agent.events.text;
