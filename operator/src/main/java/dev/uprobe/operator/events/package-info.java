/** Kubernetes Events about traces. */
package dev.uprobe.operator.events;
