package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusedProbesTest {
  private final RefusedProbes refused = new RefusedProbes();
  private final List<String> told = new ArrayList<>();

  @Test
  void theOtherProbesGoOn() throws TraceException {
    refused.add(new TraceException("Probe a: the kernel has no such thing."));

    refused.warn(2, told::add);

    assertEquals(
        List.of("Probe a: the kernel has no such thing. The other probes continue without it."),
        told);
  }

  @Test
  void nothingRunsWhereEveryProbeIsRefused() {
    refused.add(new TraceException("Probe a: no."));
    refused.add(new TraceException("Probe b: no."));

    TraceException e = assertThrows(TraceException.class, () -> refused.warn(2, told::add));

    assertEquals("Probe a: no.", e.getMessage());
    assertEquals(List.of(), told);
  }

  @Test
  void nothingIsSaidWhereNoneIsRefused() throws TraceException {
    refused.warn(0, told::add);
    refused.warn(3, told::add);

    assertEquals(List.of(), told);
  }
}
