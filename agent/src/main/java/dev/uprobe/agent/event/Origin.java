package dev.uprobe.agent.event;

/** The container that an event comes from. */
public record Origin(String namespace, String pod, String container) {}
