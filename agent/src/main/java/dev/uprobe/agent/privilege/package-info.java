/** The capabilities of the agent's process. */
package dev.uprobe.agent.privilege;
