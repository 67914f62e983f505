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

/** What users write to trace functions. */
@Group(UprobeTrace.GROUP)
@Version(UprobeTrace.VERSION)
@ShortNames("upt")
@Categories("uprobe")
@JsonClassDescription(
    "UprobeTrace traces functions of programs that run in pods, without changing or"
        + " restarting them.")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    type = Type.STRING)
@AdditionalPrinterColumn(
    name = "Targets",
    jsonPath = ".status.targets",
    type = Type.STRING,
    getDescription = "Containers with every probe attached, of those that match")
@AdditionalPrinterColumn(name = "Nodes", jsonPath = ".status.nodes.desired", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Events", jsonPath = ".status.events.total", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Lost", jsonPath = ".status.events.lost", type = Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    type = Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
public class UprobeTrace extends CustomResource<UprobeTraceSpec, UprobeTraceStatus>
    implements Namespaced {
  public static final String GROUP = "uprobe.dev";
  public static final String VERSION = "v1alpha1";

  private static final long serialVersionUID = 1L;
}
