package dev.uprobe.operator.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.uprobe.api.v1alpha1.LabelSelector;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.api.v1alpha1.TraceReference;
import dev.uprobe.api.v1alpha1.UprobeAttachment;
import dev.uprobe.api.v1alpha1.UprobeAttachmentSpec;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.api.v1alpha1.UprobeTraceSpec;
import dev.uprobe.operator.Traces;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the API server makes of the CRDs. */
@OnApiServer
class CrdTest {
  private final KubernetesClient client;

  CrdTest(KubernetesClient client) {
    this.client = client;
  }

  @Test
  void whatIsLeftOutGetsItsDefault() {
    UprobeTraceSpec spec =
        created(
                "defaults",
                "{target: {podSelector: {}}, probes: [{name: p, symbol: f},"
                    + " {name: q, symbol: f, type: Return, returns: {}}]}")
            .getSpec();
    assertEquals(false, spec.suspend());
    assertEquals(10, spec.recentEvents());
    assertNull(spec.activeDeadlineSeconds());
    assertEquals(ProbeType.ENTRY, spec.probes().get(0).type());
    assertNull(spec.probes().get(1).returns().type(), "the path of a value may tell its type");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          target: {}                                | give exactly one of podSelector
          target: {podSelector: {}, host: {}}       | give exactly one of podSelector
          target: {host: {}, container: a}          | leave container out
          target: {host: {comm: a-name-of-17-byte}} | may not be more than 15
          target: {podSelector: {matchExpressions: [{key: a, operator: In}]}} | In and NotIn need values
          target: {podSelector: {matchExpressions: [{key: a, operator: Like}]}} | supported values: "DoesNotExist", "Exists", "In", "NotIn"
          activeDeadlineSeconds: 0                  | should be greater than or equal to 1
          activeDeadlineSeconds: 3000000000         | should be less than or equal to
          recentEvents: 51                          | should be less than or equal to 50
          probes: []                                | should have at least 1 items
          probes: [{name: p}]                       | give exactly one of symbol, symbols, address and usdt
          probes: [{name: p, symbols: []}]          | give exactly one of symbol, symbols, address and usdt
          probes: [{name: p, symbol: f, address: 1}] | give exactly one of symbol, symbols, address and usdt
          probes: [{name: p, address: 1, offset: 2}] | an offset counts from a function's first instruction
          probes: [{name: p, symbol: f, type: Call, offset: 2}] | neither is called nor returns; use type Entry
          probes: [{name: p, usdt: setjmp}]         | probes[0].usdt in body should match
          probes: [{symbol: f}]                     | probes[0].name: Required value
          probes: [{name: P, symbol: f}]            | probes[0].name in body should match
          probes: [{name: p, symbol: f}, {name: p, symbol: g}] | two probes have the same name
          probes: [{name: p, symbol: f, type: entry}] | supported values: "Call", "Entry", "Return"
          probes: [{name: p, symbol: f, signature: int f(void), returns: {}}] | give either a signature, or args and returns
          probes: [{name: p, symbol: f, type: Return, args: [{name: a, type: i32}]}] | no longer sees the arguments; use type Call
          probes: [{name: p, symbol: f, returns: {type: i32}}] | has no return value; use type Return or Call
          probes: [{name: p, symbol: f, message: 'gave { return }'}] | has no return value to show
          probes: [{name: p, symbol: f, type: Return, message: 'took {duration}'}] | only a probe of type Call has a duration to show
          probes: [{name: p, symbol: f, where: [return > 1]}] | has no return value to compare
          probes: [{name: p, symbol: f, where: [duration > 10ms]}] | only a probe of type Call has a duration to compare
          probes: [{name: p, symbol: f, aggregate: {}}] | give either count: true, or histogram:
          probes: [{name: p, symbol: f, aggregate: {count: true, histogram: n}}] | give either count: true, or histogram:
          probes: [{name: p, symbol: f, aggregate: {count: false}}] | give either count: true, or histogram:
          probes: [{name: p, symbol: f, aggregate: {count: true, linear: {width: 1, count: 2}}}] | only a histogram has buckets
          probes: [{name: p, symbol: f, aggregate: {histogram: n, linear: {width: 1, count: 65}}}] | should be less than or equal to 64
          probes: [{name: p, symbol: f, aggregate: {count: true, by: [a, b, c]}}] | must have at most 2 items
          probes: [{name: p, symbol: f, aggregate: {histogram: duration}}] | only a probe of type Call has a duration; use type Call
          probes: [{name: p, symbol: f, aggregate: {histogram: return}}] | has no return value; use type Return or Call
          probes: [{name: p, symbol: f, aggregate: {count: true, by: [comm, return]}}] | has no return value; use type Return or Call
          probes: [{name: p, symbol: f, aggregate: {count: true}, message: m}] | no events that a message could show
          probes: [{name: p, symbol: f, aggregate: {count: true}, limit: {sampleEvery: 2}}] | no events that could be limited
          probes: [{name: p, symbol: f, aggregate: {count: true}, stack: 2}] | no events that could show a stack
          probes: [{name: p, symbol: f, args: [{name: return, type: i32}]}] | name the argument differently
          probes: [{name: p, symbol: f, args: [{name: a, type: i32, size: 4}]}] | only a string and bytes have a size
          probes: [{name: p, symbol: f, args: [{name: a, type: i32, length: n}]}] | only a string and bytes have a length
          probes: [{name: p, symbol: f, args: [{name: a}]}] | an argument needs a type, such as i32, u64, string or pointer
          probes: [{name: p, symbol: f, args: [{name: a, value: 'arg1->16->8'}]}] | an argument needs a type
          probes: [{name: p, symbol: f, args: [{name: a, type: f64}]}] | a probe cannot read floating-point registers
          probes: [{name: p, symbol: f, type: Call, returns: {type: f32}}] | a probe cannot read floating-point registers
          probes: [{name: p, symbol: f, type: Call, args: [{name: a, type: i32, at: return}]}] | at: return is for what it points to
          probes: [{name: p, symbol: f, type: Call, returns: {value: 'arg1->next'}}] | begins with return
          probes: [{name: p, symbol: f, type: Call, args: [{name: a, type: i32, index: 1, value: 'arg1->8'}]}] | give either index or value
          """)
  void whatIsWrongIsRefusedWithWhatToWriteInstead(String field, String message) {
    KubernetesClientException refusal =
        assertThrows(KubernetesClientException.class, () -> created("wrong", with(field)));
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          symbols  | {name: p, symbols: [f, 'SSL_*']}
          offset   | {name: p, symbol: f, offset: 4}
          address  | {name: p, address: 4409, type: Call}
          usdt     | {name: p, usdt: 'libc:setjmp'}
          count    | {name: p, symbol: f, aggregate: {count: true, by: [comm, pid]}}
          took     | {name: p, symbol: f, type: Call, aggregate: {histogram: duration, by: [return]}}
          linear   | {name: p, symbol: f, signature: void f(int n), aggregate: {histogram: n, linear: {from: -5, width: 5, count: 64}}}
          own      | {name: p, symbol: f, args: [{name: duration, type: i32}], aggregate: {histogram: duration}}
          braces   | {name: p, symbol: f, message: 'a {{duration}} and {{return}}'}
          argument | {name: p, symbol: f, args: [{name: duration, type: i32}], where: [duration > 1], message: '{duration}'}
          call     | {name: p, symbol: f, type: Call, where: [duration > 10ms, return != 0], message: '{return} in {duration}'}
          field    | {name: p, symbol: f, args: [{name: a, value: 'order->next->name', size: 4}, {name: b, value: 'arg1->tags', count: 2}, {name: c, value: 'arg1->c[1].d', at: entry}]}
          returned | {name: p, symbol: f, type: Call, returns: {value: 'return->customer.name'}}
          rate     | {name: p, symbol: f, args: [{name: a, type: f64, value: 'arg1->8'}, {name: b, type: f32, count: 2}]}
          filled   | {name: p, symbol: f, type: Call, args: [{name: a, type: bytes, at: return, length: return}, {name: b, type: u8, value: '*arg2', at: return}]}
          prefix   | {name: p, symbol: f, args: [{name: returned, type: i32}], where: [returned > 1], message: '{returned}'}
          """)
  void whatOnlyLooksWrongIsAccepted(String name, String probe) {
    created(name, "{target: {podSelector: {}}, probes: [" + probe + "]}");
  }

  @Test
  void aTraceNeedsASpec() {
    UprobeTrace trace = new UprobeTrace();
    trace.setMetadata(new ObjectMetaBuilder().withName("empty").withNamespace("default").build());
    KubernetesClientException refusal =
        assertThrows(KubernetesClientException.class, () -> client.resource(trace).create());
    assertTrue(refusal.getMessage().contains("spec: Required value"), refusal.getMessage());
  }

  @Test
  void theTraceAndNodeOfAnAttachmentStay() {
    UprobeAttachment attachment = attachment("a-node", "a-uid", 1);
    client.resource(attachment).create();
    refused(attachment("another", "a-uid", 1), "the node of an attachment cannot change");
    refused(attachment("a-node", "another", 1), "the trace of an attachment cannot change");
    assertEquals(
        2,
        client.resource(attachment("a-node", "a-uid", 2)).update().getSpec().trace().generation());
  }

  private void refused(UprobeAttachment attachment, String message) {
    KubernetesClientException refusal =
        assertThrows(KubernetesClientException.class, () -> client.resource(attachment).update());
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  private static UprobeAttachment attachment(String node, String uid, long generation) {
    UprobeAttachment attachment = new UprobeAttachment();
    attachment.setMetadata(
        new ObjectMetaBuilder().withName("fixed").withNamespace("default").build());
    attachment.setSpec(
        new UprobeAttachmentSpec(
            node,
            new TraceReference("t", uid, generation),
            new Target(new LabelSelector(Map.of(), List.of()), null, null),
            List.of(Traces.probe("p", "f")),
            10,
            2));
    return attachment;
  }

  @Test
  void kubectlGetShowsTheColumns() throws Exception {
    assertEquals(
        List.of("Name", "Ready", "Targets", "Nodes", "Events", "Lost", "Age"),
        columns("uprobetraces", Set.of(0)));
    assertEquals(List.of("Reason", "Message"), columns("uprobetraces", Set.of(1)));
    assertEquals(
        List.of("Name", "Trace", "Node", "Wanted", "Attached", "Reported", "Age"),
        columns("uprobeattachments", Set.of(0)));
  }

  private List<String> columns(String plural, Set<Integer> priorities) throws Exception {
    JsonNode crd =
        new ObjectMapper()
            .readTree(
                client.raw(
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/%s.uprobe.dev"
                        .formatted(plural)));
    List<String> names = new ArrayList<>(priorities.contains(0) ? List.of("Name") : List.of());
    for (JsonNode column : crd.at("/spec/versions/0/additionalPrinterColumns")) {
      if (priorities.contains(column.path("priority").asInt())) {
        names.add(column.path("name").asText());
      }
    }
    return names;
  }

  /** Returns a spec that is fine but for one field. */
  private static String with(String field) {
    String name = field.substring(0, field.indexOf(':'));
    return "{"
        + (name.equals("target") ? "" : "target: {podSelector: {}}, ")
        + (name.equals("probes") ? "" : "probes: [{name: p, symbol: f}], ")
        + field
        + "}";
  }

  private UprobeTrace created(String name, String spec) {
    GenericKubernetesResource trace =
        Serialization.unmarshal(
            """
            apiVersion: uprobe.dev/v1alpha1
            kind: UprobeTrace
            metadata: {name: %s, namespace: default}
            spec: %s
            """
                .formatted(name, spec),
            GenericKubernetesResource.class);
    client.resource(trace).create();
    return client.resources(UprobeTrace.class).inNamespace("default").withName(name).get();
  }
}
