package dev.uprobe.api.v1alpha1;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttachReasonTest {

  @ParameterizedTest
  @EnumSource(AttachReason.class)
  void everyReasonIsExplainedToUsers(AttachReason reason) throws IOException {
    String row = "| `" + reason.word() + "` |";

    assertTrue(
        Files.readString(Path.of("../docs/troubleshooting.md")).contains(row),
        "docs/troubleshooting.md should have a row that begins with " + row);
  }
}
