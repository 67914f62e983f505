package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Whose processes are traced: {@code podSelector} or {@code host}. */
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
            "Pods of the trace's own namespace, by their labels; {} selects all of them.")
        LabelSelector podSelector,
    @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
            "The one container of the pods to trace; every container where it is left out.")
        String container,
    @JsonPropertyDescription(
            "Processes of the nodes themselves, in containers or not; {} selects all of them. Only"
                + " in namespaces that the operator's configuration allows.")
        HostTarget host) {}
