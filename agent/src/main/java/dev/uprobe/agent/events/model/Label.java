package dev.uprobe.agent.events.model;

/** What all calls of a group have in common, and the name under which it is shown. */
public record Label(String name, CapturedValue value) {}
