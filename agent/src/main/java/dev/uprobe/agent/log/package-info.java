/** The agent's own messages, in the form of its events. */
package dev.uprobe.agent.log;
