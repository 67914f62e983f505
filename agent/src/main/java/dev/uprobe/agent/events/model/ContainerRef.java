package dev.uprobe.agent.events.model;

/** The container that an event comes from. */
public record ContainerRef(String namespace, String pod, String container) {}
