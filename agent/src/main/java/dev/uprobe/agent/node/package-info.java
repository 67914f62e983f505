/**
 * The front end of a cluster's node. {@link dev.uprobe.agent.node.NodeAgent} puts it together.
 *
 * <p>Informers hand pods and attachments to the tracing thread. {@code NodeTracer} checks that the
 * operator has signed an attachment and turns it into a trace of the engine; {@code
 * AttachmentReport} turns what became of it into the attachment's status, and {@code StatusReports}
 * writes that on a thread of its own, with retries. Metrics and health are served from here.
 */
package dev.uprobe.agent.node;
