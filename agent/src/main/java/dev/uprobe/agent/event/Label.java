package dev.uprobe.agent.event;

/** What all calls of a group have in common, and the name under which it is shown. */
public record Label(String name, Captured value) {}
