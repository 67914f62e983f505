/** The agents' DaemonSet. */
package dev.uprobe.operator.agent;
