package dev.uprobe.v1alpha1;

/**
 * Whose processes are traced: {@code podSelector} or {@code host}.
 *
 * @param container one container of the pods; without it every container
 */
public record Target(LabelSelector podSelector, String container, HostTarget host) {}
