package dev.uprobe.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Helm says of values that make no sense. */
class ValuesSchemaTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          operator: {replica: 2}                                 | replica
          operator: {replicas: -1}                               | replicas
          operator: {replicas: two}                              | replicas
          operator: {logLevel: verbose}                          | logLevel
          operator: {allowedHostNamespaces: platform}            | allowedHostNamespaces
          operator: {allowedHostNamespaces: [Not_A_Namespace]}   | allowedHostNamespaces
          operator: {statusWritesPerSecond: 0}                   | statusWritesPerSecond
          operator: {image: {repository: ''}}                    | repository
          agent: {image: {pullPolicy: Sometimes}}                | pullPolicy
          agent: {image: {digest: 'sha256:12'}}                  | digest
          agent: {always: 'yes'}                                 | always
          agent: {sysAdmin: 'no'}                                | sysAdmin
          agent: {capabilities: [bpf]}                           | capabilities
          agent: {seccompProfile: {type: None}}                  | seccompProfile
          agent: {maxUnavailable: 0}                             | maxUnavailable
          agent: {tolerations: [{operator: Maybe}]}              | tolerations
          imagePullSecrets: [registry]                           | imagePullSecrets
          monitoring: {serviceMonitor: {interval: often}}        | interval
          monitoring: {podMonitor: {interval: often}}            | interval
          watchNamespaces: [shop]                                | watchNamespaces
          operator: {podDisruptionBudget: {enabled: 'yes'}}      | enabled
          userRoles: {aggregate: [view]}                         | aggregate
          networkPolicy: {apiServer: {ports: []}}                | ports
          networkPolicy: {apiServer: {cidrs: [kubernetes]}}      | cidrs
          networkPolicy: {metricsFrom: {podSelector: {}}}        | metricsFrom
          openshift: true                                        | openshift
          """)
  void refusesNonsenseAndNamesTheValue(String values, String name) {
    IllegalStateException refusal =
        assertThrows(IllegalStateException.class, () -> RenderedChart.of(values));

    assertTrue(refusal.getMessage().contains("values don't meet the specifications"));
    assertTrue(refusal.getMessage().contains(name), refusal.getMessage());
  }
}
