package dev.uprobe.operator.events;

import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.api.v1alpha1.UprobeTraceStatus;
import dev.uprobe.kube.StatusText;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes Kubernetes Events about traces. */
public final class EventRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  /** Kubernetes' limit for the note of an event, in bytes; messages are ASCII but for names. */
  private static final int MAX_NOTE = 1000;

  private static final String CONTROLLER = "uprobe.dev/operator";
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final String instance;
  private final Clock clock;

  /**
   * @param instance the operator's pod
   */
  public EventRecorder(String instance, Clock clock) {
    this.instance = instance;
    this.clock = clock;
  }

  /** Writes an event for each condition that changes. */
  public void changed(KubernetesClient client, UprobeTrace trace, UprobeTraceStatus status) {
    for (Transition change : Transition.between(Optional.ofNullable(trace.getStatus()), status)) {
      LOG.atInfo()
          .addKeyValue("namespace", trace.getMetadata().getNamespace())
          .addKeyValue("trace", trace.getMetadata().getName())
          .addKeyValue("reason", change.reason())
          .log(change.message());
      try {
        client.resource(event(trace, change)).create();
      } catch (KubernetesClientException e) {
        // The status says the same, so a failed event does not stop the reconciliation.
        LOG.warn("an event could not be written; the operator continues without it", e);
      }
    }
  }

  private Event event(UprobeTrace trace, Transition change) {
    String namespace = trace.getMetadata().getNamespace();
    String note = change.message();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withGenerateName(trace.getMetadata().getName() + "-")
        .endMetadata()
        .withRegarding(
            new ObjectReferenceBuilder()
                .withApiVersion(trace.getApiVersion())
                .withKind(trace.getKind())
                .withNamespace(namespace)
                .withName(trace.getMetadata().getName())
                .withUid(trace.getMetadata().getUid())
                .build())
        .withEventTime(new MicroTime(MICRO_TIME.format(clock.instant())))
        .withReportingController(CONTROLLER)
        .withReportingInstance(instance)
        .withAction("Reconcile")
        .withType(change.type())
        .withReason(change.reason())
        .withNote(StatusText.shorten(note, MAX_NOTE))
        .build();
  }
}
