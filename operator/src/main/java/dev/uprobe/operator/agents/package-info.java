/** The agents' DaemonSet. */
package dev.uprobe.operator.agents;
