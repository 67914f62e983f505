/** Which nodes a trace should run on, and which attachments that takes. */
package dev.uprobe.operator.schedule;
