package dev.uprobe.agent.containers;

/**
 * By what a container is known on its node.
 *
 * @param podUid the pod's uid in lower case, with hyphens. A static pod's is the hash in its
 *     annotation {@code kubernetes.io/config.hash}, and not the uid that the API server shows.
 * @param containerId 64 hexadecimal digits: what follows {@code ://} in a pod's {@code
 *     status.containerStatuses[].containerID}
 */
public record ContainerId(String podUid, String containerId) {}
