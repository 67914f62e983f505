package dev.uprobe.kernels;

import static dev.uprobe.kernels.Check.need;

import dev.uprobe.kernels.Check.WrongException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The project's own kernel tests, as a guest ran them. Format: the XML reports of JUnit's console
 * launcher, a {@code testcase} a test.
 */
final class JUnitResults {
  private final Map<String, Tally> classes = new TreeMap<>();

  /**
   * The tests of one class.
   *
   * @param skipped of those that were run, how many found that they need something else
   */
  record Tally(int run, int passed, int skipped) {
    Tally plus(Tally other) {
      return new Tally(run + other.run, passed + other.passed, skipped + other.skipped);
    }

    /** As the matrix has it. */
    String text() {
      String text = passed + " of " + (run - skipped);
      return passed + skipped == run ? text : "**" + text + "**";
    }
  }

  private JUnitResults() {}

  /** Returns the check of the matrix. */
  static Check check() {
    return new Check("kernel tests of the project", "junit", JUnitResults::pass);
  }

  /** Reads the reports that a guest left behind. */
  static JUnitResults of(Guest guest) throws IOException {
    JUnitResults results = new JUnitResults();
    Path folder = guest.folder("reports");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".xml")).toList()) {
          results.read(file);
        }
      }
    }
    return results;
  }

  /** Returns the tests by the simple name of their class. */
  Map<String, Tally> classes() {
    return classes;
  }

  private static String pass(Guest guest) throws IOException, WrongException {
    JUnitResults results = of(guest);
    Tally all = results.classes.values().stream().reduce(new Tally(0, 0, 0), Tally::plus);
    List<String> asked = guest.lines("classes");
    need(
        !asked.isEmpty() && results.classes.keySet().containsAll(asked),
        "of " + asked + " only these ran: " + results.classes.keySet());
    String failed =
        results.classes.entrySet().stream()
            .filter(each -> each.getValue().passed + each.getValue().skipped < each.getValue().run)
            .map(each -> each.getKey() + " " + each.getValue().text())
            .collect(Collectors.joining(", "));
    need(failed.isEmpty(), failed);
    return all.passed + " tests of " + results.classes.size() + " classes";
  }

  private void read(Path file) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    try (InputStream in = Files.newInputStream(file)) {
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      String test = "";
      boolean failed = false;
      boolean skipped = false;
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamReader.START_ELEMENT) {
          switch (xml.getLocalName()) {
            case "testcase" -> {
              test = simpleName(xml.getAttributeValue(null, "classname"));
              failed = false;
              skipped = false;
            }
            case "failure", "error" -> failed = true;
            case "skipped" -> skipped = true;
            default -> {}
          }
        } else if (event == XMLStreamReader.END_ELEMENT && xml.getLocalName().equals("testcase")) {
          Tally one = new Tally(1, failed || skipped ? 0 : 1, skipped ? 1 : 0);
          classes.merge(test, one, Tally::plus);
        }
      }
    } catch (XMLStreamException e) {
      throw new IOException(file + " is no report of JUnit: " + e.getMessage(), e);
    }
  }

  private static String simpleName(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
