package dev.uprobe.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every whole trace that these pages show is the file that they name just before it. */
class ShownExamplesTest {
  private static final Path REPOSITORY = Path.of("..");
  private static final Pattern SHOWN = Pattern.compile("(?s)```yaml\n(apiVersion: .*?)```");
  private static final Pattern LINK = Pattern.compile("\\((?:\\.\\./)?(examples/[^)]*\\.yaml)\\)");

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/tutorial.md"})
  void everyTraceThatIsShownIsAnExample(String page) throws IOException {
    String text = Files.readString(REPOSITORY.resolve(page));
    List<MatchResult> shown = SHOWN.matcher(text).results().toList();

    assertFalse(shown.isEmpty());
    for (MatchResult each : shown) {
      List<String> links =
          LINK.matcher(text.substring(0, each.start()))
              .results()
              .map(link -> link.group(1))
              .toList();
      String file = links.get(links.size() - 1);
      assertEquals(
          withoutComments(Files.readString(REPOSITORY.resolve(file))), each.group(1), file);
    }
  }

  private static String withoutComments(String yaml) {
    return yaml.replaceAll("(?m)^#.*\n", "");
  }
}
