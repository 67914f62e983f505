package dev.uprobe.v1alpha1;

/**
 * Processes of the host itself; every field that is given must match.
 *
 * @param pid one process
 * @param comm the name of the thread, 15 bytes at the most
 * @param binary the path of the process's executable
 */
public record HostTarget(Integer pid, String comm, String binary) {}
