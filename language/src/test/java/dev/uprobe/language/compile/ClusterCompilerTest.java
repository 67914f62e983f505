package dev.uprobe.language.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.uprobe.language.plan.ClusterPlan;
import dev.uprobe.language.plan.HostFilter;
import dev.uprobe.language.yaml.TraceReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterCompilerTest {

  @Test
  void aTraceOfPodsHasNoHostFilter() throws Exception {
    ClusterPlan plan = compile("podSelector: {matchLabels: {app: x}}, container: app");
    assertEquals(Optional.empty(), plan.host());
    assertEquals("p", plan.probes().get(0).name());
  }

  @Test
  void aTraceOfNodesHasOne() throws Exception {
    assertEquals(
        Optional.of(new HostFilter(OptionalInt.empty(), Optional.of("checkout"), Optional.empty())),
        compile("host: {comm: checkout}").host());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                            | spec.target: say what to trace; "podSelector: {}" is every pod of this namespace, "host: {}" is every process of the nodes
          podSelector: {}, host: {}     | spec.target: give either podSelector or host, not both
          host: {}, container: a        | spec.target.container: a container can only be named together with podSelector
          podSelector: {}, container: A | spec.target.container: a name has at most 63 lower-case letters, digits and "-", and begins and ends with a letter or digit
          podSelector: {matchExpressions: [{key: a, operator: In}]} | spec.target.podSelector.matchExpressions[0].values: In and NotIn need values; Exists and DoesNotExist have none
          podSelector: {matchExpressions: [{operator: Exists}]} | spec.target.podSelector.matchExpressions[0].key: name the label to compare
          podSelector: {matchExpressions: [{key: a}]} | spec.target.podSelector.matchExpressions[0].operator: must be In, NotIn, Exists or DoesNotExist
          """)
  void aTargetThatCannotBeMeantIsRefused(String target, String problem) {
    assertEquals(
        List.of(problem),
        assertThrows(InvalidTraceException.class, () -> compile(target)).problems().stream()
            .map(Problem::toString)
            .toList());
  }

  private static ClusterPlan compile(String target) throws Exception {
    String yaml =
        """
        apiVersion: uprobe.dev/v1alpha1
        kind: UprobeTrace
        spec: {suspend: true, target: {%s}, probes: [{name: p, symbol: f}]}
        """
            .formatted(target);
    var in = new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    return TraceCompiler.compileForCluster(
        new TraceReader().read("trace.yaml", in).get(0).trace().spec());
  }
}
