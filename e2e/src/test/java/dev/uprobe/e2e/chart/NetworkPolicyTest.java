package dev.uprobe.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkPolicyTest {

  @Test
  void thereIsNoneUnlessAskedFor() throws IOException {
    assertEquals(List.of(), RenderedChart.of("").all(NetworkPolicy.class));
  }

  @Test
  void eachPolicySelectsItsPodsAndOpensThePortThatTheyListenOn() throws IOException {
    RenderedChart chart = RenderedChart.of("networkPolicy: {enabled: true}");
    NetworkPolicy operator = chart.named(NetworkPolicy.class, "uprobe-operator");
    NetworkPolicy agent = chart.named(NetworkPolicy.class, "uprobe-agent");

    assertEquals(
        chart.only(Deployment.class).getSpec().getSelector().getMatchLabels(),
        operator.getSpec().getPodSelector().getMatchLabels());
    assertEquals(
        chart.agent().getSpec().getSelector().getMatchLabels(),
        agent.getSpec().getPodSelector().getMatchLabels());
    assertEquals(
        containerPort(chart.only(Deployment.class).getSpec().getTemplate().getSpec()),
        openPort(operator));
    assertEquals(containerPort(chart.agent().getSpec().getTemplate().getSpec()), openPort(agent));
    for (NetworkPolicy policy : List.of(operator, agent)) {
      assertEquals(List.of("Ingress", "Egress"), policy.getSpec().getPolicyTypes());
    }
  }

  @Test
  void podsReachTheApiServerAndNothingElse() throws IOException {
    for (NetworkPolicy policy :
        RenderedChart.of(
                "networkPolicy: {enabled: true, apiServer: {ports: [8443], cidrs: [192.0.2.1/32]}}")
            .all(NetworkPolicy.class)) {
      NetworkPolicyEgressRule egress = only(policy.getSpec().getEgress());

      assertEquals(List.of(8443), ports(egress.getPorts()));
      assertEquals("192.0.2.1/32", only(egress.getTo()).getIpBlock().getCidr());
    }
  }

  @Test
  void withoutAddressesEveryApiServerOnTheUsualPortsIsReached() throws IOException {
    for (NetworkPolicy policy :
        RenderedChart.of("networkPolicy: {enabled: true}").all(NetworkPolicy.class)) {
      NetworkPolicyEgressRule egress = only(policy.getSpec().getEgress());

      assertEquals(List.of(443, 6443), ports(egress.getPorts()));
      assertEquals(List.of(), egress.getTo());
    }
  }

  @Test
  void whoMayReadMetricsIsNamedAndHelmTestStillPasses() throws IOException {
    RenderedChart chart =
        RenderedChart.of(
            """
            networkPolicy:
              enabled: true
              metricsFrom: [{namespaceSelector: {matchLabels: {team: monitoring}}}]
            """);
    List<NetworkPolicyPeer> from =
        only(chart.named(NetworkPolicy.class, "uprobe-operator").getSpec().getIngress()).getFrom();

    assertEquals(Map.of("team", "monitoring"), from.get(0).getNamespaceSelector().getMatchLabels());
    assertEquals(
        Map.of(
            "app.kubernetes.io/name", "uprobe-operator-test",
            "app.kubernetes.io/instance", "uprobe-operator"),
        from.get(1).getPodSelector().getMatchLabels());
  }

  @Test
  void moreRulesForWhatLeavesAreKept() throws IOException {
    NetworkPolicy agent =
        RenderedChart.of(
                "networkPolicy: {enabled: true, extraEgress: [{ports: [{protocol: TCP, port: 4318}]}]}")
            .named(NetworkPolicy.class, "uprobe-agent");

    assertEquals(List.of(4318), ports(agent.getSpec().getEgress().get(1).getPorts()));
  }

  private static int containerPort(PodSpec pod) {
    return only(only(pod.getContainers()).getPorts()).getContainerPort();
  }

  private static int openPort(NetworkPolicy policy) {
    NetworkPolicyIngressRule rule = only(policy.getSpec().getIngress());
    assertEquals(List.of(), rule.getFrom());
    return only(ports(rule.getPorts()));
  }

  private static List<Integer> ports(List<NetworkPolicyPort> ports) {
    return ports.stream().map(NetworkPolicyPort::getPort).map(IntOrString::getIntVal).toList();
  }

  private static <T> T only(List<T> list) {
    assertEquals(1, list.size(), list::toString);
    return list.get(0);
  }
}
