package dev.uprobe.bench.reader;

import dev.uprobe.agent.events.decode.EventDecoder;
import dev.uprobe.agent.events.json.JsonSink;
import dev.uprobe.agent.events.model.ProbeDescriptor;
import dev.uprobe.bench.run.Plans;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Decodes records and writes them as JSON, no kernel in the way. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
public class ReaderBenchmark {
  private ByteBuffer records;
  private EventDecoder decoder;
  private JsonSink sink;

  @Setup
  public void open() throws IOException {
    records = Recording.records();
    ProbeDescriptor probe =
        new ProbeDescriptor(
            0,
            "bench",
            Plans.first(
                Plans.trace(
                    "bench",
                    "name: ints, symbol: hit_ints,"
                        + " signature: \"void hit_ints(long first, long second)\"")));
    probe.addFunctions(List.of("hit_ints"));
    decoder = new EventDecoder(number -> probe);
    sink = new JsonSink(new FileOutputStream("/dev/null"), "node", number -> Optional.empty());
  }

  @Benchmark
  @OperationsPerInvocation(Recording.COUNT)
  public void decodeAndWrite() throws IOException {
    for (int i = 0; i < Recording.COUNT; i++) {
      sink.write(
          decoder.decode(
              records
                  .slice(i * Recording.RECORD_SIZE, Recording.RECORD_SIZE)
                  .order(ByteOrder.LITTLE_ENDIAN)));
    }
    sink.flush();
  }

  @TearDown
  public void close() throws IOException {
    sink.close();
  }
}
