package dev.uprobe.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One trace on one node: the operator writes the spec, the node's agent the status. */
@Group(UprobeTrace.GROUP)
@Version(UprobeTrace.VERSION)
@ShortNames("upa")
public class UprobeAttachment extends CustomResource<UprobeAttachmentSpec, UprobeAttachmentStatus>
    implements Namespaced {

  /** The label that holds the trace's name, as {@link LabelValue#of} makes it fit. */
  public static final String TRACE_LABEL = "uprobe.dev/trace";

  /** The label that holds the node's name, as {@link LabelValue#of} makes it fit. */
  public static final String NODE_LABEL = "uprobe.dev/node";

  private static final long serialVersionUID = 1L;
}
