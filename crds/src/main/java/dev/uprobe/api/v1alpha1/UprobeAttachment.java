package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One trace on one node: the operator writes the spec, the node's agent the status. */
@Group(UprobeTrace.GROUP)
@Version(UprobeTrace.VERSION)
@ShortNames("upa")
@Categories("uprobe")
@JsonClassDescription(
    "UprobeAttachment is one UprobeTrace on one node. The operator creates it, and the"
        + " trace owns it. Agents ignore attachments that the operator did not sign.")
@AdditionalPrinterColumn(name = "Trace", jsonPath = ".spec.trace.name", type = Type.STRING)
@AdditionalPrinterColumn(name = "Node", jsonPath = ".spec.nodeName", type = Type.STRING)
@AdditionalPrinterColumn(
    name = "Wanted",
    jsonPath = ".status.summary.desired",
    type = Type.INTEGER,
    getDescription = "Containers that match")
@AdditionalPrinterColumn(
    name = "Attached",
    jsonPath = ".status.summary.attached",
    type = Type.INTEGER,
    getDescription = "Containers with every probe attached")
@AdditionalPrinterColumn(name = "Reported", jsonPath = ".status.lastReportTime", type = Type.DATE)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
public class UprobeAttachment extends CustomResource<UprobeAttachmentSpec, UprobeAttachmentStatus>
    implements Namespaced {

  /** The label that holds the trace's name, as {@link LabelValue#of} makes it fit. */
  public static final String TRACE_LABEL = "uprobe.dev/trace";

  /** The label that holds the node's name, as {@link LabelValue#of} makes it fit. */
  public static final String NODE_LABEL = "uprobe.dev/node";

  /** The annotation that holds the operator's signature of the rest. */
  public static final String SIGNATURE_ANNOTATION = "uprobe.dev/signature";

  private static final long serialVersionUID = 1L;
}
