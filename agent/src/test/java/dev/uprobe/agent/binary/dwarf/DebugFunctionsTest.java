package dev.uprobe.agent.binary.dwarf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.language.prototype.Signature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DebugFunctionsTest {
  private static final String C =
      """
      #include <stdbool.h>
      #include <stddef.h>
      #include <stdint.h>
      #include <stdio.h>
      typedef unsigned int money;
      enum kind { CARD, CASH };
      struct customer { const char *name; long id; };
      struct pair { int a, b; };
      typedef void (*handler)(int);
      int charge_card(const char *customer, unsigned long cents) { return customer[0] + cents; }
      void nothing(void) { puts(""); }
      long sizes(signed char a, unsigned char b, short c, uint16_t d, long long e, size_t f, char g)
      { return a + b + c + d + e + f + g; }
      money pay(enum kind kind, struct customer *const who, bool twice, money *out)
      { *out = kind; return who->id + twice; }
      const char *name(const struct customer *restrict who) { return who->name; }
      void on(handler each, void (*other)(void), int numbers[4], char **words, void *data, size_t n)
      { each(numbers[0]); other(); words[0] = data; (void) n; }
      double mean(float a, double b, long double c) { return a + b + c; }
      int many(const char *format, ...) { return format[0]; }
      int take(struct pair pair) { return pair.a + pair.b; }
      static inline int helper(int n, int unused) { return n * 3; }
      int (*pointer)(int, int) = helper;
      int main(void) { return helper(4, 5); }
      """;
  private static final String CPP =
      """
      #include <string>
      struct Cart {
        int cents;
        int charge(int n, const std::string &why);
        static int count(long n);
        virtual ~Cart();
      };
      int Cart::charge(int n, const std::string &why) { return cents += n + why.size(); }
      int Cart::count(long n) { return n; }
      Cart::~Cart() { cents = 0; }
      enum class Small : unsigned char { A };
      namespace shop { template <typename T> T twice(T n, Small &&s) { return n + n + (int) s; } }
      template long shop::twice<long>(long, Small &&);
      int main() { return 0; }
      """;

  private Toolchain tools;
  private Path folder;
  private Path program;

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary;
    tools = new Toolchain(folder);
    program = tools.gcc("program", C, "-g", "-gdwarf-5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          charge_card | int32_t f(char *customer, uint64_t cents)
          nothing     | void f(void)
          sizes       | int64_t f(int8_t a, uint8_t b, int16_t c, uint16_t d, int64_t e, uint64_t f, char g)
          pay         | uint32_t f(uint32_t kind, struct customer *who, bool twice, uint32_t *out)
          name        | char *f(struct customer *who)
          on          | void f(void (*each)(void), void (*other)(void), int32_t *numbers, char **words, void *data, uint64_t n)
          mean        | double f(float a, double b, long double c)
          many        | int32_t f(char *format, ...)
          take        | int32_t f(struct pair pair)
          helper      | int32_t f(int32_t n, int32_t unused)
          """)
  void saysHowValuesArePassed(String function, String prototype) throws Exception {
    assertEquals(prototype, prototype(program, function));
    if (!function.equals("take")) {
      Signature.parse(prototype);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gcc -gdwarf-2",
        "gcc -gdwarf-4",
        "gcc -gdwarf-4 -O2",
        "gcc -gdwarf-5 -O2",
        "gcc -g -gz=zlib",
        "gcc -g -flto -O2 -shared -fPIC",
        "gcc -gdwarf64 -gdwarf-5",
        "clang -gdwarf-4 -O1",
        "clang -gdwarf-5 -O2"
      })
  void readsWhatCompilersWrite(String command) throws Exception {
    String[] words = command.split(" ");
    Path file =
        tools.compile(
            words[0], "p" + command.hashCode(), "c", C, Arrays.copyOfRange(words, 1, words.length));
    assertEquals("int32_t f(char *customer, uint64_t cents)", prototype(file, "charge_card"));
    assertEquals(
        "uint32_t f(uint32_t kind, struct customer *who, bool twice, uint32_t *out)",
        prototype(file, "pay"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"g++ -g", "g++ -g -O2", "clang++ -g -O1"})
  void methodsHaveThisAndReferencesArePointers(String command) throws Exception {
    String[] words = command.split(" ");
    Path file =
        tools.compile(
            words[0],
            "q" + command.hashCode(),
            "cc",
            CPP,
            Arrays.copyOfRange(words, 1, words.length));
    assertEquals(
        "int32_t f(struct Cart *this, int32_t n, struct STRING *why)",
        prototype(file, "Cart::charge")
            .replaceAll("struct (unnamed|basic_string\\S*) ", "struct STRING "));
    assertEquals("int32_t f(int64_t n)", prototype(file, "Cart::count"));
    assertEquals("int64_t f(int64_t n, uint8_t *s)", prototype(file, "shop::twice"));
  }

  @Test
  void aSeparateDebugFileHasIt() throws Exception {
    tools.gcc("split", C, "-g");
    tools.run(
        "objcopy", "--only-keep-debug", "--compress-debug-sections=zlib", "split", "split.debug");
    tools.run("strip", "split");
    tools.run("objcopy", "--add-gnu-debuglink=split.debug", "split");
    assertEquals(
        "int32_t f(char *customer, uint64_t cents)",
        prototype(folder.resolve("split"), "charge_card"));
  }

  @Test
  void aFileWithoutDebugInformationHasNone() throws Exception {
    Path bare = tools.gcc("bare", C);
    try (ElfFile elf = ElfFile.open(bare)) {
      assertTrue(DebugFunctions.open(elf, DebugFiles.none()).isEmpty());
    }
  }

  @Test
  void damagedDebugInformationIsRefusedInBoundedTime() throws Exception {
    byte[] good = Files.readAllBytes(program);
    Random random = new Random(7);
    List<String> functions = List.of("charge_card", "pay", "on", "helper");
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < 300; i++) {
            byte[] bytes = good.clone();
            // Behind the code, which ends within the first 12 KiB, are the debug sections.
            for (int j = 0; j < 20; j++) {
              bytes[12_288 + random.nextInt(bytes.length - 12_288 - 64 * 40)] =
                  (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("damaged"), bytes);
            for (String function : functions) {
              readOrRefuse(file, function);
            }
          }
        });
  }

  private void readOrRefuse(Path file, String function) {
    try {
      prototype(file, function);
    } catch (IOException | UncheckedIOException | NoSuchElementException e) {
      assertTrue(e.getMessage() != null, "says why");
    }
  }

  private String prototype(Path file, String name) throws IOException {
    DebugFiles debugFiles = DebugFiles.of(Path.of("/"), file);
    try (ElfFile elf = ElfFile.open(file);
        FunctionTable functions = FunctionTable.of(elf, debugFiles)) {
      Function function = functions.find(name).stream().findFirst().orElseThrow();
      try (DebugFunctions functionTypes = DebugFunctions.open(elf, debugFiles).orElseThrow()) {
        return functionTypes.at(function.address()).orElseThrow().prototype();
      }
    }
  }
}
