/** Aggregates the attachments of a trace into its status. */
package dev.uprobe.operator.status;
