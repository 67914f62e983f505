package dev.uprobe.agent.engine;

import dev.uprobe.agent.containers.ContainerFiles;
import dev.uprobe.agent.engine.link.ProbeSet;
import dev.uprobe.agent.engine.locate.SiteResolver;
import dev.uprobe.agent.engine.program.KernelOffsets;
import dev.uprobe.agent.events.model.Aggregate;
import dev.uprobe.agent.events.model.ContainerResolver;
import dev.uprobe.agent.events.sinks.RecentEventsSink;
import dev.uprobe.agent.events.stack.Stacks;
import dev.uprobe.agent.process.files.HostFiles;
import dev.uprobe.agent.process.watch.WatchedFiles;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import java.util.List;
import java.util.function.Consumer;

/** What all traces of a node share. */
public record EngineContext(
    BpfEnvironment environment,
    KernelOffsets fields,
    ProbeSet probes,
    ContainerFiles files,
    HostFiles host,
    SiteResolver sites,
    WatchedFiles watched,
    ProcessWatches processes,
    RecentEventsSink sink,
    Stacks stacks,
    Consumer<List<Aggregate>> aggregates,
    ContainerResolver origins,
    Diagnostics notices) {}
