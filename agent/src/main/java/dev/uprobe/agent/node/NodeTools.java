package dev.uprobe.agent.node;

import dev.uprobe.agent.attach.KernelFields;
import dev.uprobe.agent.attach.ProbeSet;
import dev.uprobe.agent.attach.WatchedFiles;
import dev.uprobe.agent.container.ContainerFiles;
import dev.uprobe.agent.event.Aggregate;
import dev.uprobe.agent.event.Origins;
import dev.uprobe.agent.libbpf.BpfEnvironment;
import dev.uprobe.agent.stack.Stacks;
import dev.uprobe.agent.target.HostFiles;
import dev.uprobe.agent.trace.Notices;
import dev.uprobe.agent.trace.ProbeSites;
import java.util.List;
import java.util.function.Consumer;

/** What all traces of a node share. */
record NodeTools(
    BpfEnvironment environment,
    KernelFields fields,
    ProbeSet probes,
    ContainerFiles files,
    HostFiles host,
    ProbeSites sites,
    WatchedFiles watched,
    ProcessWatches processes,
    RecordingSink sink,
    Stacks stacks,
    Consumer<List<Aggregate>> aggregates,
    Origins origins,
    Notices notices) {}
