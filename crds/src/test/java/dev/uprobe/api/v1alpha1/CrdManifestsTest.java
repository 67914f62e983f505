package dev.uprobe.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrdManifestsTest {

  /** {@code -Dcrds.write} renews the committed files. */
  @ParameterizedTest
  @ValueSource(strings = {"manifests", "../helm/uprobe-operator/crds"})
  void theCommittedDefinitionsAreThoseOfTheTypes(String folder, @TempDir Path fresh)
      throws IOException {
    Path committed = Path.of(folder);
    if (System.getProperty("crds.write") != null) {
      CrdManifests.write(committed);
    }
    CrdManifests.write(fresh);

    assertEquals(
        files(fresh),
        files(committed),
        "the CRDs are out of date; run: mvn -pl crds test -Dtest=CrdManifestsTest -Dcrds.write");
  }

  /** {@code -Dcrds.write} renews the committed page. */
  @Test
  void theApiReferenceSaysWhatTheDefinitionsSay() throws IOException {
    Path page = Path.of("../docs/api.md");
    String fresh = ApiReference.of(Path.of("manifests"));
    if (System.getProperty("crds.write") != null) {
      Files.writeString(page, fresh);
    }

    assertEquals(
        fresh,
        Files.readString(page),
        "docs/api.md is out of date; run: mvn -pl crds test -Dtest=CrdManifestsTest -Dcrds.write");
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        files.put(path.getFileName().toString(), Files.readString(path));
      }
    }
    return files;
  }
}
