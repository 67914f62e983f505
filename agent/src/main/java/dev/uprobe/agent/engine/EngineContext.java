package dev.uprobe.agent.engine;

import dev.uprobe.agent.containers.ContainerCollection;
import dev.uprobe.agent.containers.ContainerFiles;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.SiteResolver;
import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.stack.Stacks;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.watch.WatchedFiles;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What all traces of an engine share.
 *
 * @param pods the node's containers; empty where there is no cluster
 * @param aggregates takes the aggregates that are due
 */
public record EngineContext(
    BpfEnvironment environment,
    ProbeSet probes,
    HostFiles host,
    Optional<Pods> pods,
    SiteResolver sites,
    WatchedFiles watched,
    ProcessWatches processes,
    Stacks stacks,
    Consumer<List<Aggregate>> aggregates,
    ContainerResolver containers,
    Diagnostics diagnostics) {

  /** The containers of a node's pods. */
  public record Pods(ContainerCollection collection, ContainerFiles files) {}
}
