package dev.uprobe.agent.events.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.fixture.ProbeYaml;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AggregationLayoutTest {
  private static AggregationLayout of(String aggregate) {
    String signature = "signature: void func(int n, char *s)\naggregate: ";
    return AggregationLayout.of(ProbeYaml.probe(signature + aggregate)).orElseThrow();
  }

  @Test
  void keysLieOneAfterTheOther() {
    AggregationLayout layout = of("{count: true, by: [s, comm]}");

    assertEquals(List.of(0, 40), layout.keys().stream().map(each -> each.at()).toList());
    assertEquals(56, layout.keySize());
    assertEquals(16, of("{count: true, by: [n, pid]}").keySize());
  }

  @Test
  void aGroupHasAsManyBucketsAsItsNumberNeeds() {
    assertEquals(16 + 8, of("{count: true}").valueSize());
    assertEquals(16 + 33 * 8, of("{histogram: n}").valueSize());
    assertEquals(16 + 12 * 8, of("{histogram: n, linear: {width: 5, count: 10}}").valueSize());
  }

  @Test
  void groupsTakeABoundedPartOfTheKernelsMemoryOnAnyMachine() {
    assertEquals(1, of("{histogram: n}").maxGroups(512));
    assertEquals(1024, of("{histogram: n, by: [pid]}").maxGroups(8));
    assertEquals(468, of("{histogram: n, by: [pid]}").maxGroups(64));
    assertEquals(128, of("{histogram: n, by: [pid]}").maxGroups(512));
    assertEquals(1024, of("{count: true, by: [pid]}").maxGroups(256));
  }

  @Test
  void aProbeThatSendsEventsHasNoGroups() {
    assertEquals(Optional.empty(), AggregationLayout.of(ProbeYaml.probe("type: Entry")));
  }
}
