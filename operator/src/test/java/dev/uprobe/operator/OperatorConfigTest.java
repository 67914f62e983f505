package dev.uprobe.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorConfigTest {

  @Test
  void onlyTheNamespaceIsRequired() {
    assertEquals(
        new OperatorConfig(
            "system",
            Set.of(),
            Set.of(),
            Optional.empty(),
            false,
            Optional.empty(),
            20,
            8080,
            true,
            "uprobe-operator-signing-key"),
        OperatorConfig.of(Map.of("OPERATOR_NAMESPACE", "system", "WATCH_NAMESPACES", "")));
  }

  @Test
  void everythingCanBeSet() {
    assertEquals(
        new OperatorConfig(
            "system",
            Set.of("a", "b"),
            Set.of("ops"),
            Optional.of(Path.of("/etc/agent.yaml")),
            true,
            Optional.of("operator"),
            50,
            0,
            false,
            "key"),
        OperatorConfig.of(
            Map.of(
                "OPERATOR_NAMESPACE", "system",
                "WATCH_NAMESPACES", "a, b,",
                "ALLOWED_HOST_NAMESPACES", "ops",
                "AGENT_TEMPLATE", "/etc/agent.yaml",
                "AGENT_ALWAYS", "true",
                "OPERATOR_DEPLOYMENT", "operator",
                "STATUS_WRITES_PER_SECOND", "50",
                "HEALTH_PORT", "0",
                "LEADER_ELECTION", "false",
                "SIGNING_SECRET", "key")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          AGENT_ALWAYS             | yes   | AGENT_ALWAYS is "yes"; set it to true or false
          HEALTH_PORT              | 70000 | HEALTH_PORT is "70000"; set it to a whole number from 0 to 65535
          STATUS_WRITES_PER_SECOND | many  | STATUS_WRITES_PER_SECOND is "many"; set it to a whole number from 1 to 10000
          OPERATOR_NAMESPACE       | ''    | OPERATOR_NAMESPACE is not set; set it to the namespace of the operator
          """)
  void whatCannotBeUnderstoodIsNamed(String name, String value, String message) {
    Map<String, String> environment =
        name.equals("OPERATOR_NAMESPACE")
            ? Map.of(name, value)
            : Map.of("OPERATOR_NAMESPACE", "system", name, value);
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> OperatorConfig.of(environment))
            .getMessage());
  }
}
