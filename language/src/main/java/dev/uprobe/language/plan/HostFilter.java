package dev.uprobe.language.plan;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which processes of a host are traced; every part that is present must match.
 *
 * @param pid one process
 * @param comm the name of the thread that hits the probe, 15 bytes at the most
 * @param binary the path of the process's executable
 */
public record HostFilter(OptionalInt pid, Optional<String> comm, Optional<String> binary) {}
