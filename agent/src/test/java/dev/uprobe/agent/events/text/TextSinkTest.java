package dev.uprobe.agent.events.text;

import static dev.uprobe.agent.events.model.Events.text;
import static dev.uprobe.agent.events.model.Events.unsigned;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.events.model.Event;
import dev.uprobe.agent.events.model.Events;
import dev.uprobe.agent.events.model.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextSinkTest {
  private static final String TUTORIAL =
      "signature: unsigned int func(unsigned int counter)\nmessage: 'arg = {counter}'";

  @Test
  void writesTheTableOfTheTutorial() throws IOException {
    assertEquals(
        """
        TIME(s)            COMM             PID    MESSAGE
        51859.473296000    target-sample    2562   arg = 1
        """,
        written(Events.of(TUTORIAL, unsigned(1))));
  }

  @Test
  void writesTheTableAlikeInEveryLanguage() throws IOException {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      writesTheTableOfTheTutorial();
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void anEventIsOneLineWhateverItsTextHolds() throws IOException {
    Event event =
        Events.of(
            "args: [{name: s, type: string}]\nmessage: '{s}'",
            "func",
            "a\nb\u001b",
            text("one\ntwo\rthree\u2028"));

    assertEquals(
        """
        TIME(s)            COMM             PID    MESSAGE
        51859.473296000    a\\nb\\x1b         2562   one\\ntwo\\rthree\\u{2028}
        """,
        written(event));
  }

  @Test
  void aStackFollowsItsEventTheInnermostFirst() throws IOException {
    Event event =
        Events.of(TUTORIAL, unsigned(1))
            .stack(
                List.of(
                    new Frame(Optional.of("func"), 0, Optional.of("target-sample")),
                    Frame.unknown(0x7f01)));

    assertEquals(
        """
        TIME(s)            COMM             PID    MESSAGE
        51859.473296000    target-sample    2562   arg = 1
            func+0x0 (target-sample)
            [unknown] (0x7f01)
        """,
        written(event));
  }

  @Test
  void theHeadIsThereBeforeTheFirstEvent() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TextSink sink = new TextSink(out)) {
      sink.begin();
      assertEquals(
          "TIME(s)            COMM             PID    MESSAGE\n",
          out.toString(StandardCharsets.UTF_8));
    }
  }

  @Test
  void anEventReachesItsReaderByAFlush() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TextSink sink = new TextSink(out)) {
      sink.write(Events.of(TUTORIAL, unsigned(1)));
      assertEquals(0, out.size());
      sink.flush();
      assertEquals(
          "51859.473296000    target-sample    2562   arg = 1\n",
          out.toString(StandardCharsets.UTF_8));
    }
  }

  private static String written(Event event) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TextSink sink = new TextSink(out)) {
      sink.begin();
      sink.write(event);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
