/**
 * Pods to containers to processes. A container is known by its cgroup's path, which names pod and
 * container, and by its mount namespace, which is what programs see at a hit.
 *
 * <p>{@code ContainerCollection} has the running containers of this node; {@code ContainerHook}
 * finds containers that a runtime is about to start, so that their first call is not missed; {@code
 * ContainerFiles} opens the files that their processes see. Everything runs on the tracing thread,
 * but {@code KnownContainers}, which any thread may ask for the container of an event.
 */
package dev.uprobe.agent.containers;
