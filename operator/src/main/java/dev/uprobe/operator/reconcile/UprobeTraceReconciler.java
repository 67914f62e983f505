package dev.uprobe.operator.reconcile;

import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.api.v1alpha1.UprobeTraceStatus;
import dev.uprobe.operator.events.EventRecorder;
import dev.uprobe.operator.schedule.AttachmentPlan;
import dev.uprobe.operator.schedule.Attachments;
import dev.uprobe.operator.schedule.DesiredNodes;
import dev.uprobe.operator.schedule.ReportInterval;
import dev.uprobe.operator.schedule.SignedAttachments;
import dev.uprobe.operator.status.Observation;
import dev.uprobe.operator.status.StatusAggregator;
import dev.uprobe.operator.validation.Phase;
import dev.uprobe.operator.validation.Validation;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.rate.RateLimited;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Reconciles the attachments of each trace with its spec, and its status with their reports. */
@RateLimited(within = 1, unit = TimeUnit.SECONDS, maxReconciliations = 5)
@ControllerConfiguration(
    name = UprobeTraceReconciler.NAME,
    fieldManager = UprobeTraceReconciler.FIELD_MANAGER,
    maxReconciliationInterval =
        @MaxReconciliationInterval(interval = 5, timeUnit = TimeUnit.MINUTES))
public final class UprobeTraceReconciler implements Reconciler<UprobeTrace> {
  public static final String NAME = "uprobetrace";
  public static final String FIELD_MANAGER = "uprobe-operator";

  private final Settings settings;
  private final EventRecorder events;
  private final Clock clock;
  private ClusterSources cluster;

  /**
   * The part of the operator's configuration that concerns traces.
   *
   * @param namespaces the namespaces to watch; empty for all
   */
  public record Settings(
      Set<String> namespaces,
      Set<String> allowedHostNamespaces,
      String agentNamespace,
      int statusWritesPerSecond,
      SignedAttachments signed) {}

  public UprobeTraceReconciler(Settings settings, EventRecorder events, Clock clock) {
    this.settings = settings;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, UprobeTrace>> prepareEventSources(
      EventSourceContext<UprobeTrace> context) {
    cluster = new ClusterSources(context, settings.namespaces());
    return cluster.all();
  }

  @Override
  public UpdateControl<UprobeTrace> reconcile(UprobeTrace trace, Context<UprobeTrace> context) {
    if (trace.getMetadata().getDeletionTimestamp() != null) {
      return UpdateControl.noUpdate();
    }
    Instant now = clock.instant();
    Validation acceptance = Validation.of(trace, settings.allowedHostNamespaces());
    Optional<Instant> start = start(trace, acceptance, now);
    Phase phase = start.map(since -> Phase.of(trace.getSpec(), since, now)).orElse(Phase.ACTIVE);
    DesiredNodes desired =
        acceptance.isAccepted() && phase == Phase.ACTIVE
            ? DesiredNodes.of(trace.getSpec(), cluster.pods(trace), cluster.nodes(trace))
            : DesiredNodes.NONE;
    List<UprobeAttachment> existing =
        context.getSecondaryResourcesAsStream(UprobeAttachment.class).toList();
    // Attachments about to be created count too, or each would be written twice.
    int missing = Math.max(0, desired.containers().size() - existing.size());
    AttachmentPlan plan =
        AttachmentPlan.of(
            trace,
            desired.containers().keySet(),
            existing,
            ReportInterval.of(
                cluster.attachmentCount() + missing, settings.statusWritesPerSecond()),
            settings.signed()::isSigned);
    carryOut(plan, context.getClient());
    return report(
        new Observation(
            trace, acceptance, phase, start, desired, plan.kept(), settings.agentNamespace(), now),
        context.getClient());
  }

  /**
   * The start time is stored in the status, so that a deadline survives a restart of the operator.
   */
  private static Optional<Instant> start(UprobeTrace trace, Validation acceptance, Instant now) {
    return Optional.ofNullable(trace.getStatus())
        .map(UprobeTraceStatus::startTime)
        .map(Instant::parse)
        .or(
            () ->
                acceptance.isAccepted()
                    ? Optional.of(now.truncatedTo(ChronoUnit.SECONDS))
                    : Optional.empty());
  }

  private void carryOut(AttachmentPlan plan, KubernetesClient client) {
    for (UprobeAttachment attachment : plan.deleted()) {
      client.resource(attachment).delete();
    }
    for (UprobeAttachment attachment : plan.applied()) {
      if (attachment.getMetadata().getUid() == null) {
        makeRoom(attachment, client);
        UprobeAttachment created = apply(Attachments.withoutNodeLabel(attachment), client);
        attachment.getMetadata().setUid(created.getMetadata().getUid());
      }
      settings.signed().sign(attachment);
      apply(attachment, client);
    }
  }

  /** An attachment that someone else created with this name would be merged with ours. */
  private static void makeRoom(UprobeAttachment desired, KubernetesClient client) {
    UprobeAttachment found = client.resource(desired).get();
    if (found != null && !desired.getSpec().equals(found.getSpec())) {
      client.resource(found).delete();
    }
  }

  private static UprobeAttachment apply(UprobeAttachment attachment, KubernetesClient client) {
    return client
        .resource(attachment)
        .fieldManager(FIELD_MANAGER)
        .forceConflicts()
        .serverSideApply();
  }

  private UpdateControl<UprobeTrace> report(Observation seen, KubernetesClient client) {
    UprobeTrace trace = seen.trace();
    UprobeTraceStatus status = StatusAggregator.status(seen);
    UpdateControl<UprobeTrace> control = UpdateControl.noUpdate();
    if (!status.equals(trace.getStatus())) {
      events.changed(client, trace, status);
      control = UpdateControl.patchStatus(statusOnly(trace, status));
    }
    StatusAggregator.changesAfter(seen).ifPresent(control::rescheduleAfter);
    return control;
  }

  /** Server-side apply would own every field that is sent, so only the status is sent. */
  private static UprobeTrace statusOnly(UprobeTrace trace, UprobeTraceStatus status) {
    UprobeTrace patch = new UprobeTrace();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(trace.getMetadata().getNamespace())
            .withName(trace.getMetadata().getName())
            .build());
    patch.setStatus(status);
    return patch;
  }
}
