package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import dev.uprobe.api.v1alpha1.UprobeTraceSpec;
import dev.uprobe.language.plan.ClusterPlan;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.TracePlan;
import dev.uprobe.language.yaml.TraceManifest;
import dev.uprobe.language.yaml.TraceMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compiles traces, for a single host or for a cluster. */
public final class TraceCompiler {
  private static final int MAX_PROBES = 64;
  private static final int MAX_RECENT_EVENTS = 50;

  private TraceCompiler() {}

  /**
   * Compiles a trace for a single host.
   *
   * <p>{@code nodeSelector} and {@code recentEvents} apply only to clusters and are ignored.
   *
   * @throws InvalidTraceException with all problems of the trace, if it has any
   */
  public static TracePlan compile(TraceManifest trace) throws InvalidTraceException {
    Problems problems = Problems.none();
    checkMetadata(Optional.ofNullable(trace.metadata()), problems.at("metadata"));
    Problems inSpec = problems.at("spec");
    if (trace.spec() == null) {
      inSpec.add("a trace needs a spec with target and probes");
      throw new InvalidTraceException(problems.all());
    }
    UprobeTraceSpec spec = trace.spec();
    HostFilter host = HostTargets.compile(Optional.ofNullable(spec.target()), inSpec.at("target"));
    inSpec
        .at("suspend")
        .addIf(
            Boolean.TRUE.equals(spec.suspend()),
            "the trace is suspended; set it to false to run the trace");
    checkSettings(spec, inSpec);
    List<ProbePlan> probes = probes(spec.probes(), inSpec);
    if (problems.count() > 0) {
      throw new InvalidTraceException(problems.all());
    }
    return new TracePlan(
        trace.metadata().name(),
        Optional.ofNullable(trace.metadata().namespace()),
        host,
        Optional.ofNullable(spec.activeDeadlineSeconds()).map(Duration::ofSeconds),
        probes,
        Advice.of(spec.probes()));
  }

  /**
   * Compiles a trace for a cluster.
   *
   * @throws InvalidTraceException with all problems of the trace, if it has any
   */
  public static ClusterPlan compileForCluster(UprobeTraceSpec spec) throws InvalidTraceException {
    Problems problems = Problems.none();
    checkSettings(spec, problems.at("spec"));
    return compileForCluster(spec.target(), spec.probes(), problems);
  }

  /**
   * Compiles an attachment, the part of a trace for one node.
   *
   * @throws InvalidTraceException with all problems of the trace, if it has any
   */
  public static ClusterPlan compileForCluster(UprobeAttachmentSpec spec)
      throws InvalidTraceException {
    return compileForCluster(spec.target(), spec.probes(), Problems.none());
  }

  private static ClusterPlan compileForCluster(
      Target target, List<ProbeSpec> specs, Problems problems) throws InvalidTraceException {
    Problems inSpec = problems.at("spec");
    Optional<HostFilter> host =
        ClusterTargets.compile(Optional.ofNullable(target), inSpec.at("target"));
    List<ProbePlan> probes = probes(specs, inSpec);
    if (problems.count() > 0) {
      throw new InvalidTraceException(problems.all());
    }
    return new ClusterPlan(host, probes, Advice.of(specs));
  }

  private static void checkMetadata(Optional<TraceMetadata> metadata, Problems problems) {
    Optional<String> name = metadata.map(TraceMetadata::name);
    if (name.isEmpty()) {
      problems.at("name").add("a trace needs a name");
    } else if (!Names.isSubdomain(name.get())) {
      problems.at("name").add(Names.SUBDOMAIN_RULE);
    }
    metadata
        .map(TraceMetadata::namespace)
        .filter(namespace -> !Names.isLabel(namespace))
        .ifPresent(namespace -> problems.at("namespace").add(Names.LABEL_RULE));
  }

  private static void checkSettings(UprobeTraceSpec spec, Problems problems) {
    problems
        .at("activeDeadlineSeconds")
        .addIf(
            spec.activeDeadlineSeconds() != null && spec.activeDeadlineSeconds() < 1,
            "must be at least 1 second; leave it out to trace until stopped");
    problems
        .at("recentEvents")
        .addIf(
            spec.recentEvents() != null
                && (spec.recentEvents() < 0 || spec.recentEvents() > MAX_RECENT_EVENTS),
            "must be from 0 to " + MAX_RECENT_EVENTS);
  }

  private static List<ProbePlan> probes(List<ProbeSpec> specs, Problems problems) {
    problems
        .at("probes")
        .addIf(
            specs.isEmpty() || specs.size() > MAX_PROBES,
            "a trace has 1 to " + MAX_PROBES + " probes, this one has " + specs.size());
    List<ProbePlan> plans = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < Math.min(specs.size(), MAX_PROBES); i++) {
      Problems inProbe = problems.at("probes", i);
      String name = specs.get(i).name();
      inProbe
          .at("name")
          .addIf(
              name != null && !names.add(name), "an earlier probe is named \"" + name + "\" too");
      new ProbeCompiler(specs.get(i), Optional.empty(), inProbe).compile().ifPresent(plans::add);
    }
    return plans;
  }
}
