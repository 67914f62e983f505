package dev.uprobe.language.plan;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which processes of a host are traced; a process must match every part that is present.
 *
 * @param pid one process
 * @param comm the name of the thread that hits the probe, at most 15 bytes
 * @param binary the path of the process's executable
 */
public record HostFilter(OptionalInt pid, Optional<String> comm, Optional<String> binary) {}
