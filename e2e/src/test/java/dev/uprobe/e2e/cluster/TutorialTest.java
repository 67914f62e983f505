package dev.uprobe.e2e.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The traces of the tutorial's cluster, on a program that asks for HOME five times a second. */
@E2eTest
class TutorialTest {
  private static final Path EXAMPLES =
      Path.of(System.getProperty("repository", "..")).resolve("examples/cluster");

  private static String example(String name) throws IOException {
    return Files.readString(EXAMPLES.resolve(name + ".yaml"));
  }

  @Test
  void lookUpsAreShownAndThenOnlyThoseThatFindSomething(Workspace workspace) throws IOException {
    workspace.run("web", 1, "/targets/shop");
    Workspace.Trace trace = workspace.trace(example("getenv"));
    trace.awaitAttached(1);
    Await.until(
        "a look-up is shown",
        () -> trace.awaitEvent().message(),
        message -> message.startsWith("getenv(HOME) = /"));

    workspace.trace(example("getenv-found"));
    Await.until(
        "the changed message is shown",
        () -> trace.awaitEvent().message(),
        message -> message.startsWith("HOME=/"));
  }

  @Test
  void aMisspeltFunctionIsSaid(Workspace workspace) throws IOException {
    workspace.run("web", 1, "/targets/shop");
    Workspace.Trace trace = workspace.trace(example("misspelt"));
    trace.awaitReason("AttachFailed");
    assertTrue(trace.message("Ready").contains("did you mean getenv"), trace.message("Ready"));
  }
}
