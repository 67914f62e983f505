package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.uprobe.api.v1alpha1.UprobeTrace;
import dev.uprobe.language.compile.TraceCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class ExampleFilesTest {

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../examples"))) {
      return files.filter(each -> each.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  static List<Path> clusterExamples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../examples/cluster"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("clusterExamples")
  void everyExampleForAClusterCompiles(Path example) throws Exception {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    UprobeTrace trace =
        new ObjectMapper().convertValue(yaml.load(Files.readString(example)), UprobeTrace.class);

    assertFalse(TraceCompiler.compileForCluster(trace.getSpec()).probes().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleCompiles(Path example) throws CommandException {
    TraceFiles files = new TraceFiles(InputStream.nullInputStream());

    assertFalse(files.plans(List.of(example.toString())).isEmpty());
  }
}
