package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.language.plan.TracePlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFilesTest {
  @TempDir private Path folder;

  @Test
  void readsEveryTraceOfEveryFileInOrder() throws Exception {
    String first = file("first.yaml", trace("a") + "---\n" + trace("b"));
    String second = file("second.yaml", trace("c"));

    assertEquals(List.of("a", "b", "c"), names("", first, second));
  }

  @Test
  void aDashIsStandardInput() throws Exception {
    assertEquals(List.of("in", "a"), names(trace("in"), "-", file("a.yaml", trace("a"))));
  }

  @Test
  void standardInputIsNotReadWhereItIsNotNamed() throws Exception {
    assertEquals(List.of("a"), names("this is no trace", file("a.yaml", trace("a"))));
  }

  @Test
  void namesAMissingFile() {
    String missing = folder.resolve("missing.yaml").toString();

    assertEquals("There is no file " + missing + "; check the path.", failure("", missing));
  }

  @Test
  void namesAFolder() {
    assertEquals(folder + " cannot be read: Is a directory.", failure("", folder.toString()));
  }

  @Test
  void namesWhatIsNoPath() {
    String message = failure("", "a\0b.yaml");

    assertTrue(message.contains("is not a path"), message);
  }

  @Test
  void saysWhereTheYamlIsWrong() throws IOException {
    String file = file("wrong.yaml", trace("a").replace("symbol:", "symbl:"));

    String message = failure("", file);
    assertTrue(message.startsWith(file + ":8:"), message);
    assertTrue(message.contains("symbl"), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void saysWhereTheTraceContradictsItself() throws IOException {
    String file = file("wrong.yaml", trace("a") + "    where: [nothing == 1]\n");

    String message = failure("", file);
    assertTrue(message.startsWith(file + ":9:"), message);
    assertTrue(message.contains("spec.probes[0].where"), message);
  }

  @Test
  void callsStandardInputByItsName() {
    String message = failure("kind: Pod\n", "-");

    assertTrue(message.startsWith("standard input:"), message);
  }

  private static String trace(String name) {
    return """
    apiVersion: uprobe.dev/v1alpha1
    kind: UprobeTrace
    metadata: {name: %s}
    spec:
      target: {host: {}}
      probes:
      - name: p
        symbol: func
    """
        .formatted(name);
  }

  private String file(String name, String yaml) throws IOException {
    return Files.writeString(folder.resolve(name), yaml).toString();
  }

  private static List<String> names(String input, String... files) throws CommandException {
    return plans(input, files).stream().map(TracePlan::name).toList();
  }

  private static String failure(String input, String... files) {
    return assertThrows(CommandException.class, () -> plans(input, files)).getMessage();
  }

  private static List<TracePlan> plans(String input, String... files) throws CommandException {
    var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    return new TraceFiles(in).plans(List.of(files));
  }
}
