package dev.uprobe.agent.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.engine.program.Counters;
import dev.uprobe.agent.fixture.KernelTest;
import dev.uprobe.agent.fixture.RunningProgram;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.agent.fixture.TracedHost;
import dev.uprobe.agent.sys.libbpf.BpfEnvironment;
import dev.uprobe.agent.sys.libc.KernelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions on strings, bytes and the comm, decided by the kernel. */
@KernelTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TextConditionsTest {
  private final BpfEnvironment bpf;
  private Toolchain tools;
  private Path strings;
  private Path bytes;

  TextConditionsTest() throws KernelException {
    this.bpf = BpfEnvironment.load();
  }

  /** Each call has a number, by which the events are known. */
  @BeforeAll
  void compile(@TempDir Path folder) throws Exception {
    tools = new Toolchain(folder);
    strings =
        tools.gcc(
            "strings",
            RunningProgram.PROLOGUE
                + """
                TRACED int say(int n, const char *text) { return n; }
                int main(void) {
                  static char page[8192] __attribute__((aligned(4096)));
                  char *edge = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                  munmap(edge + 4096, 4096);
                  memset(page, 'x', 4000);
                  memcpy(page + 3990, "acme", 4);
                  ready();
                  say(1, "acme");
                  say(2, "acme-1");
                  say(3, "the acme");
                  say(4, "");
                  say(5, NULL);
                  say(6, (char *)8);
                  say(7, "acmacme!");
                  say(8, strcpy(edge + 4096 - 5, "acme"));
                  say(9, page);
                  say(10, "caf\\xc3\\xa9 \\xff");
                  say(11, "0123456789012345678901234567890123456789012345678901234567890123acme");
                }
                """,
            "-O2");
    bytes =
        tools.gcc(
            "bytes",
            RunningProgram.PROLOGUE
                + """
                TRACED void put(int n, const void *data, int length) {}
                int main(void) {
                  ready();
                  put(1, "GET /index", 10);
                  put(2, "GET", 3);
                  put(3, "POST /index", 11);
                  put(4, "GE", 2);
                  put(5, "a\\0b", 3);
                  put(6, "", 0);
                  put(7, "GET", -1);
                  put(8, NULL, 3);
                  put(9, "0123456789 index", 16);
                  put(10, NULL, 0);
                }
                """,
            "-O2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          64   | text == 'acme'            | 1 8
          64   | text != 'acme'            | 2 3 4 7 9 10 11
          64   | text == ''                | 4
          64   | text != ''                | 1 2 3 7 8 9 10 11
          64   | text startsWith 'acme'    | 1 2 8
          64   | text startsWith 'acme-'   | 2
          64   | text endsWith 'acme'      | 1 3 8
          64   | text endsWith "!"         | 7
          64   | text contains 'acme'      | 1 2 3 7 8
          64   | text contains 'macme'     | 7
          64   | text contains ' '         | 3 10
          64   | text == 'café \\xff'      | 10
          64   | text contains '\\xc3\\xa9' | 10
          64   | text startsWith '012345678901234567890123456789012345678901234567890123456789012' | 11
          64   | text == '012345678901234567890123456789012345678901234567890123456789012' |
          68   | text endsWith 'acme'      | 1 3 8 11
          67   | text endsWith 'acme'      | 1 3 8
          68   | text contains '3acme'     | 11
          67   | text contains '3acme'     |
          4096 | text contains 'acme'      | 1 2 3 7 8 9 11
          4096 | text endsWith 'acmexxxxxx' | 9
          4096 | text contains 'acmexxxxxxx' |
          4    | text == 'acme-1'          | 2
          4    | text startsWith 'acme-'   | 2
          4    | text endsWith 'acme'      | 1 8
          4    | text contains 'acme'      | 1 2 8
          64   | text == 'acme' or n == 4  | 1 4 8
          64   | n == 1..3 or text endsWith 'e' | 1 2 3 8
          64   | text == NULL or text == 'acme' | 1 5 8
          64   | text == 'acme-1' or text startsWith 'the' | 2 3
          """)
  void aStringIsComparedAsFarAsItMatters(int size, String where, String calls) throws Exception {
    for (String type : List.of("Entry", "Call")) {
      String spec =
          """
          target: {host: {binary: %s}}
          probes:
          - name: say
            symbol: say
            type: %s
            args: [{name: n, type: i32}, {name: text, type: string, size: %d}]
            where: ['%s']
            message: "{n}"
          """
              .formatted(strings, type, size, where.replace("'", "''"));
      assertCalls(strings, spec, 11, calls, "say");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          data startsWith 'GET'  | 1 2
          data == 'GET'          | 2
          data != 'GET'          | 1 3 4 5 6 9 10
          data == ''             | 6 10
          data != ''             | 1 2 3 4 5 9
          data endsWith 'index'  | 1 3 9
          data contains 'ET'     | 1 2
          data contains 'index'  | 1 3
          data == 'a\\0b'        | 5
          data endsWith '\\0b'   | 5
          data == NULL           | 8 10
          """)
  void bytesAreComparedWithTheirLength(String where, String calls) throws Exception {
    for (String type : List.of("Entry", "Call")) {
      String spec =
          """
          target: {host: {binary: %s}}
          probes:
          - name: put
            symbol: put
            type: %s
            args: [{name: n, type: i32}, {name: data, type: bytes, size: 12, length: length}, {name: length, type: i32}]
            where: ['%s']
            message: "{n}"
          """
              .formatted(bytes, type, where.replace("'", "''"));
      assertCalls(bytes, spec, 10, calls, "put");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          comm == 'strings'     | 11
          comm != 'strings'     | 0
          comm startsWith 'str' | 11
          comm endsWith 'ings'  | 11
          comm contains 'rin'   | 11
          comm == 'string'      | 0
          comm contains 'x'     | 0
          """)
  void theCommIsComparedAsAString(String where, int events) throws Exception {
    for (String type : List.of("Entry", "Return", "Call")) {
      String spec =
          "target: {host: {binary: %s}}\nprobes:\n- {name: say, symbol: say, type: %s, where: [\"%s\"]}"
              .formatted(strings, type, where);
      try (RunningProgram program = RunningProgram.start(strings);
          TracedHost host = TracedHost.start(bpf, spec)) {
        program.finish();
        assertEquals(events, host.finish().size(), type);
      }
    }
  }

  @Test
  void aCallIsDecidedByTheTextOfItsEntryEvenWhenTheFunctionChangesIt() throws Exception {
    Path file =
        tools.gcc(
            "changes",
            RunningProgram.PROLOGUE
                + """
                TRACED int change(char *text) { text[0] = 'X'; return text[1]; }
                int main(void) { char a[] = "ab", b[] = "Xb"; ready(); change(a); change(b); }
                """);
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: change, symbol: change, type: Call, signature: int change(char *text), message: "{text}",
           where: ["text == 'ab' or return < 0"]}
        """
            .formatted(file);
    assertCalls(file, spec, 2, "ab", "change");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text == 'on disk'", "text == 'on disk' or return < 0", "text contains 'disk'"})
  void aTextThatIsNotInMemoryYetIsComparedAllTheSame(String where) throws Exception {
    Path file =
        tools.gcc(
            "absent",
            RunningProgram.PROLOGUE
                + """
                #include <fcntl.h>
                TRACED int say(const char *text) { return text[0]; }
                int main(int count, char **arguments) {
                  int file = open(arguments[1], O_RDONLY);
                  char *text = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
                  char *other = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, open(arguments[2], O_RDONLY), 0);
                  ready();
                  say(text);
                  say(other);
                }
                """);
    Path text = Files.writeString(tools.folder().resolve("text"), "on disk");
    Path other = Files.writeString(tools.folder().resolve("other"), "something else");
    String spec =
        """
        target: {host: {binary: %s}}
        probes:
        - {name: call, symbol: say, type: Call, signature: int say(const char *text), where: ["%s"], message: "{text}"}
        - {name: entry, symbol: say, signature: int say(const char *text), where: ["text == 'on disk'"]}
        """
            .formatted(file, where);
    try (RunningProgram program = RunningProgram.start(file, text.toString(), other.toString());
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      assertEquals(List.of("say(text=on disk)", "on disk"), host.finish());
      assertEquals(new Counters(2, 1, 1, 0, 0, 0), host.counters("call"));
      assertEquals(new Counters(2, 1, 1, 0, 0, 0), host.counters("entry"));
    }
  }

  /** The limits of what a probe may search are those of ProbeCompiler. */
  @ParameterizedTest
  @ValueSource(strings = {"Entry", "Return", "Call"})
  void asMuchAsAProbeMaySearchIsWithinTheVerifiersReach(String type) throws Exception {
    Path file =
        tools.gcc(
            "tell",
            RunningProgram.PROLOGUE
                + """
                TRACED const char *tell(const char *text) { return text; }
                int main(void) { ready(); tell("a nowhere"); tell("ace"); tell("b"); tell("a, b and so on, but not"); tell(NULL); }
                """);
    String longest = "[\"text contains 'a' or text endsWith 'nothing'\"]";
    String many =
        "[\"%s\"]"
            .formatted(
                IntStream.range(0, 16)
                    .mapToObj(i -> "text contains 'ce%s'".formatted("-".repeat(i)))
                    .collect(Collectors.joining(" or ")));
    for (String where : List.of(longest, many)) {
      String spec =
          """
          target: {host: {binary: %s}}
          probes:
          - name: tell
            symbol: tell
            type: %s
            args: [{name: text, type: string, size: %d, value: %s}]
            where: %s
            message: "{text}"
          """
              .formatted(
                  file,
                  type,
                  where.equals(longest) ? 4095 : 512,
                  type.equals("Return") ? "return + 0" : "arg1 + 0",
                  where);
      try (RunningProgram program = RunningProgram.start(file);
          TracedHost host = TracedHost.start(bpf, spec)) {
        program.finish();
        assertEquals(
            where.equals(longest)
                ? List.of("a nowhere", "ace", "a, b and so on, but not")
                : List.of("ace"),
            host.finish());
      }
    }
  }

  private void assertCalls(Path file, String spec, int calls, String expected, String probe)
      throws Exception {
    List<String> numbers = expected == null ? List.of() : List.of(expected.split(" "));
    try (RunningProgram program = RunningProgram.start(file);
        TracedHost host = TracedHost.start(bpf, spec)) {
      program.finish();
      assertEquals(numbers, host.finish(), spec);
      int sent = numbers.size();
      assertEquals(new Counters(calls, sent, calls - sent, 0, 0, 0), host.counters(probe));
    }
  }
}
