package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Which processes to trace: {@code podSelector} or {@code host}. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "has(self.podSelector) != has(self.host)",
    message =
        "give exactly one of podSelector (pods of this namespace; {} is all of them) and host"
            + " (processes of the nodes; {} is all of them)")
@ValidationRule(
    value = "!has(self.container) || has(self.podSelector)",
    fieldPath = ".container",
    message = "a container can only be named together with podSelector; leave container out")
public record Target(
    @JsonPropertyDescription(
            "Trace pods in the trace's own namespace, selected by their labels. {} selects all"
                + " of them.")
        LabelSelector podSelector,
    @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription("Trace only this container of the pods. Default: all containers.")
        String container,
    @JsonPropertyDescription(
            "Trace processes of the nodes, inside or outside of containers. {} selects all of"
                + " them. Allowed only in namespaces that the operator's configuration lists.")
        HostTarget host) {}
