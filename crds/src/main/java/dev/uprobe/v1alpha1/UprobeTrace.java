package dev.uprobe.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** What users write to trace functions. */
@Group(UprobeTrace.GROUP)
@Version(UprobeTrace.VERSION)
@ShortNames("upt")
public class UprobeTrace extends CustomResource<UprobeTraceSpec, UprobeTraceStatus>
    implements Namespaced {
  public static final String GROUP = "uprobe.dev";
  public static final String VERSION = "v1alpha1";

  private static final long serialVersionUID = 1L;
}
