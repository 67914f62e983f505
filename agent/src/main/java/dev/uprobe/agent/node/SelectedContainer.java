package dev.uprobe.agent.node;

import dev.uprobe.agent.container.Container;
import dev.uprobe.agent.event.Origin;

/** A running container that a trace selects. */
record SelectedContainer(Origin origin, Container container) {}
