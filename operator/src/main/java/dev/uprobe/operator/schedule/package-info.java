/** Which nodes a trace is wanted on, and which attachments that takes. */
package dev.uprobe.operator.schedule;
