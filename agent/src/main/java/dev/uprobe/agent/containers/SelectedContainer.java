package dev.uprobe.agent.containers;

import dev.uprobe.agent.events.model.ContainerRef;

/** A running container that a trace selects. */
public record SelectedContainer(ContainerRef origin, Container container) {}
