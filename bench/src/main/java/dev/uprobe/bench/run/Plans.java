package dev.uprobe.bench.run;

import dev.uprobe.language.compile.InvalidTraceException;
import dev.uprobe.language.compile.TraceCompiler;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.yaml.TraceReader;
import dev.uprobe.language.yaml.UnreadableTraceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Probes, as a YAML says them. */
public final class Plans {
  private Plans() {}

  /** Returns the first probe of a trace. */
  public static ProbePlan first(String yaml) throws IOException {
    try {
      return TraceCompiler.compile(
              new TraceReader()
                  .read(
                      "the benchmark's trace",
                      new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                  .get(0)
                  .trace())
          .probes()
          .get(0);
    } catch (UnreadableTraceException | InvalidTraceException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a trace of this host's processes with one probe, given as the fields of its YAML. */
  public static String trace(String name, String probe) {
    return """
        apiVersion: uprobe.dev/v1alpha1
        kind: UprobeTrace
        metadata: {name: %s}
        spec:
          target: {host: {}}
          probes:
          - {%s}
        """
        .formatted(name, probe);
  }
}
