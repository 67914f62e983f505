package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TrainAotCommandTest {

  @Test
  void goesThroughAnAgentsFirstSecondsWithoutAClusterOrPrivileges() {
    Run run = Run.of("train-aot");
    assertEquals(0, run.status(), run::err);
    assertTrue(run.out().contains("\"pod\":\"cart\",\"container\":\"main\""), run.out());
    assertTrue(run.out().endsWith("\"message\":\"NULL pays 0\"}\n"), run.out());
  }
}
