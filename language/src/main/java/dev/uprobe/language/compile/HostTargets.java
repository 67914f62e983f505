package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.HostTarget;
import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.language.plan.HostFilter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/** Compiles the target of a trace on a single host. */
final class HostTargets {
  /** TASK_COMM_LEN of Linux without the terminating NUL. */
  private static final int MAX_COMM_BYTES = 15;

  private static final HostFilter EVERYTHING =
      new HostFilter(OptionalInt.empty(), Optional.empty(), Optional.empty());

  private HostTargets() {}

  static HostFilter compile(Optional<Target> target, Problems problems) {
    boolean hasPods = target.map(Target::podSelector).isPresent();
    Optional<HostTarget> host = target.map(Target::host);
    if (hasPods && host.isPresent()) {
      problems.add("give either podSelector or host, not both");
      return EVERYTHING;
    }
    if (hasPods) {
      problems
          .at("podSelector")
          .add("selecting pods needs a cluster; on a single host use target.host");
      return EVERYTHING;
    }
    if (host.isEmpty()) {
      problems.add("say what to trace; \"host: {}\" is every process of this host");
      return EVERYTHING;
    }
    problems
        .at("container")
        .addIf(
            target.map(Target::container).isPresent(),
            "a container can only be named together with podSelector");
    return filter(host.get(), problems.at("host"));
  }

  private static HostFilter filter(HostTarget host, Problems problems) {
    Optional<String> comm = Optional.ofNullable(host.comm());
    Optional<String> binary = Optional.ofNullable(host.binary());
    problems.at("pid").addIf(host.pid() != null && host.pid() < 1, "must be at least 1");
    comm.ifPresent(name -> checkComm(name, problems.at("comm")));
    binary.ifPresent(path -> FileNames.check(path, problems.at("binary")));
    return new HostFilter(
        host.pid() == null ? OptionalInt.empty() : OptionalInt.of(host.pid()), comm, binary);
  }

  private static void checkComm(String comm, Problems problems) {
    int bytes = comm.getBytes(StandardCharsets.UTF_8).length;
    problems.addIf(
        bytes == 0 || bytes > MAX_COMM_BYTES,
        "must have 1 to %d bytes, because the kernel stores no more of a name; this has %d"
            .formatted(MAX_COMM_BYTES, bytes));
    problems.addIf(comm.indexOf('\0') >= 0, "must not contain a NUL character");
  }
}
