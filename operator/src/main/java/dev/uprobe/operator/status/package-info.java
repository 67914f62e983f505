/** What the attachments of a trace say, as the status of the trace. */
package dev.uprobe.operator.status;
