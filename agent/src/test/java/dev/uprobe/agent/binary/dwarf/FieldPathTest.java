package dev.uprobe.agent.binary.dwarf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.functions.FunctionTable;
import dev.uprobe.agent.fixture.Toolchain;
import dev.uprobe.language.plan.ResolvedPath;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.text.SyntaxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where fields lie, and how they are read, by the debug information. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FieldPathTest {
  private static final String C =
      """
      #include <stdbool.h>
      #include <stdint.h>
      typedef struct customer { long id; const char *name; char code[8]; } Customer;
      enum kind { CARD, CASH };
      struct item { int id; short size; };
      struct order {
        struct order *next; Customer *const customer; int cents; short tags[3]; double rate;
        volatile Customer buyer; enum kind kind; bool paid; char letter; unsigned flags : 3;
        union { int number; float ratio; struct { short low, high; }; };
        uint8_t raw[16]; uint16_t *numbers; int many[100]; struct item items[3]; struct item *list;
        int grid[2][2]; void *data; long double precise; struct item far[70000]; char open[];
      };
      struct pair { int a, b; };
      struct hidden;
      long charge(double tax, struct order *order, struct hidden *hidden, int n) { return order->cents + n + tax; }
      struct order *find(const Customer *who) { return (struct order *) who->id; }
      int take(struct pair pair, struct order *order) { return pair.a + order->cents; }
      int main(void) { return 0; }
      """;
  private static final String DEFINITION =
      "struct hidden { int before; int secret; }; int peek(struct hidden *it) { return it->secret; }";
  private static final String CPP =
      """
      struct Base { long id; };
      struct Order : Base { int cents; Base *other; int charge(const Order &by); };
      int Order::charge(const Order &by) { return by.cents + cents; }
      namespace { struct Cart { char wrong[64]; int items; }; Cart one; }
      namespace shop { struct Cart { virtual ~Cart(); int items; int empty(); }; }
      int shop::Cart::empty() { return items + one.items; }
      int main() { return 0; }
      """;
  private static final String CPP_DEFINITION =
      """
      struct Cart { char wrong[32]; int items; } two;
      namespace shop { struct Cart { virtual ~Cart(); int items; int empty(); }; Cart::~Cart() {} }
      """;

  private static final Pattern CALL = Pattern.compile("(\\w+): (.*)");

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
          arg1->cents             | 1 [16] +0 Whole[bytes=4, signed=true]
          order->cents            | 1 [16] +0 Whole[bytes=4, signed=true]
          (order)->cents          | 1 [16] +0 Whole[bytes=4, signed=true]
          arg1->next->next->cents | 1 [0, 0, 16] +0 Whole[bytes=4, signed=true]
          arg1->next              | 1 [0] +0 Pointer[]
          arg1->customer->name    | 1 [8, 8] +0 Text[limit=64]
          arg1->customer->code    | 1 [8] +16 Text[limit=8]
          arg1->customer->code[1] | 1 [8, 17] +0 Char[]
          *arg1->customer->name   | 1 [8, 8, 0] +0 Char[]
          (*arg1).cents           | 1 [16] +0 Whole[bytes=4, signed=true]
          arg1->tags              | 1 [] +20 Array[element=Whole[bytes=2, signed=true], count=3]
          arg1->tags[2]           | 1 [24] +0 Whole[bytes=2, signed=true]
          arg1->rate              | 1 [32] +0 Real[bytes=8]
          arg1->buyer.id          | 1 [40] +0 Whole[bytes=8, signed=true]
          arg1->buyer.name        | 1 [48] +0 Text[limit=64]
          arg1->buyer.code        | 1 [] +56 Text[limit=8]
          arg1->kind              | 1 [64] +0 Whole[bytes=4, signed=false]
          arg1->paid              | 1 [68] +0 Bool[]
          arg1->letter            | 1 [69] +0 Char[]
          arg1->number            | 1 [72] +0 Whole[bytes=4, signed=true]
          arg1->ratio             | 1 [72] +0 Real[bytes=4]
          arg1->high              | 1 [74] +0 Whole[bytes=2, signed=true]
          arg1->raw               | 1 [] +76 Bytes[limit=16, length=Optional.empty, text=false]
          arg1->numbers           | 1 [96] +0 Pointer[] of Whole[bytes=2, signed=false]
          arg1->numbers[3]        | 1 [96, 6] +0 Whole[bytes=2, signed=false]
          arg1->items[2].size     | 1 [524] +0 Whole[bytes=2, signed=true]
          arg1->items->id         | 1 [504] +0 Whole[bytes=4, signed=true]
          arg1->list[2].size      | 1 [528, 20] +0 Whole[bytes=2, signed=true]
          arg1->data              | 1 [552] +0 Pointer[]
          arg1->many              | 1 [] +104 many has 100 numbers; write count, up to 64, or which one, such as [0]
          arg1->items             | 1 [] +504 items is an array; write which element, such as [0]
          arg1->buyer             | 1 [] +40 buyer is a struct; name one of its fields (id, name, code), or write a type, such as bytes
          arg1->grid              | 1 [] +536 grid is an array of several dimensions; write its type and count
          arg1->precise           | 1 [560] +0 precise is long double, which is not a number that can be read
          arg1->next->16          | 1 [0, 16] +0 the type of the value is not known; give the type too
          arg1->customer->code+2  | 1 [8] +18 the type of the value is not known; give the type too
          hidden->secret          | 2 [4] +0 Whole[bytes=4, signed=true]
          find: who->code         | 1 [] +16 Text[limit=8]
          find: return->customer->id | return [8, 0] +0 Whole[bytes=8, signed=true]
          """)
  void aPathIsFollowedAsCDoes(String path, String expected) throws Exception {
    Path whole = defined("whole", "-g");
    assertEquals(expected, reached(whole, path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gcc -gdwarf-2 -gstrict-dwarf",
        "gcc -gdwarf-4",
        "gcc -gdwarf-5",
        "clang -gdwarf-2",
        "clang -gdwarf-5"
      })
  void anEnumIsSignedIfItCanBeNegative(String compiler) throws Exception {
    String source =
        """
        enum err { OK = 0, BAD = -7 };
        enum big { FIRST = 1, LAST = 0x7fffffff };
        enum top { NONE = 0, TOP = 0xffffffff };
        enum __attribute__((packed)) tiny { LOW = -1, FIVE = 5 };
        enum __attribute__((packed)) flags { ALL = 255 };
        struct s { enum err e; enum big b; enum top u; enum tiny t; enum flags f; enum err list[2]; };
        enum err fails(struct s *p, enum tiny t) { return p->e; }
        int main(void) { return 0; }
        """;
    String[] words = compiler.split(" ");
    String name = compiler.replace(' ', '_');
    Path file = tools.compile(words[0], name, "c", source, words[1], words[words.length - 1]);

    assertEquals("1 [0] +0 Whole[bytes=4, signed=true]", reached(file, "fails: p->e"));
    assertEquals("1 [4] +0 Whole[bytes=4, signed=false]", reached(file, "fails: p->b"));
    assertEquals("1 [8] +0 Whole[bytes=4, signed=false]", reached(file, "fails: p->u"));
    assertEquals("1 [12] +0 Whole[bytes=1, signed=true]", reached(file, "fails: p->t"));
    assertEquals("1 [13] +0 Whole[bytes=1, signed=false]", reached(file, "fails: p->f"));
    assertEquals(
        "1 [] +16 Array[element=Whole[bytes=4, signed=true], count=2]",
        reached(file, "fails: p->list"));
  }

  @Test
  void anEnumOfCppHasItsUnderlyingType() throws Exception {
    String source =
        """
        enum class Level : signed char { LOW = -1 };
        enum class Letter : char { A = 'a' };
        enum class Wide : unsigned long { MOST = ~0ul };
        struct S { Level level; Letter letter; Wide wide; };
        int take(S *s) { return (int) s->level; }
        int main() { return 0; }
        """;
    Path file = tools.compile("g++", "levels", "cc", source, "-g");

    assertEquals("1 [0] +0 Whole[bytes=1, signed=true]", reached(file, "take: s->level"));
    assertEquals("1 [1] +0 Whole[bytes=1, signed=true]", reached(file, "take: s->letter"));
    assertEquals("1 [8] +0 Whole[bytes=8, signed=false]", reached(file, "take: s->wide"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gcc -gdwarf-2",
        "gcc -gdwarf-3",
        "gcc -gdwarf-4 -O2",
        "gcc -gdwarf-5 -O2",
        "gcc -gdwarf64 -gdwarf-5",
        "clang -gdwarf-4 -O1",
        "clang -gdwarf-5 -O2"
      })
  void readsWhatCompilersWrite(String command) throws Exception {
    String[] words = command.split(" ");
    Path file =
        tools.compile(
            words[0], "f" + command.hashCode(), "c", C, Arrays.copyOfRange(words, 1, words.length));
    assertEquals("1 [8, 8] +0 Text[limit=64]", reached(file, "arg1->customer->name"));
    assertEquals("1 [524] +0 Whole[bytes=2, signed=true]", reached(file, "arg1->items[2].size"));
    assertEquals("1 [74] +0 Whole[bytes=2, signed=true]", reached(file, "arg1->high"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"g++", "clang++"})
  void objectsHaveTheFieldsOfTheirClassAndItsBaseClasses(String compiler) throws Exception {
    Files.writeString(folder.resolve("definition.cc"), CPP_DEFINITION);
    Path file =
        tools.compile(compiler, compiler.replace("+", "p"), "cc", CPP, "-g", "definition.cc");
    assertEquals(
        "1 [0] +0 Whole[bytes=8, signed=true]", reached(file, "Order::charge", "this->id"));
    assertEquals(
        "2 [8] +0 Whole[bytes=4, signed=true]", reached(file, "Order::charge", "by.cents"));
    assertEquals(
        "2 [16, 0] +0 Whole[bytes=8, signed=true]",
        reached(file, "Order::charge", "by->other->id"));
    assertEquals(
        "1 [8] +0 Whole[bytes=4, signed=true]", reached(file, "shop::Cart::empty", "this->items"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          arg1->cent               | column 7: struct order has no field cent; did you mean "cents"? (its fields: next, customer, cents, tags, rate, buyer, kind, paid, letter, flags, number, ratio, low, high, raw, numbers, many, items, list, grid, ...)
          arg1->customer->nam      | column 17: struct customer has no field nam; did you mean "name"? (its fields: id, name, code)
          arg1->flags              | column 7: flags is a bit-field, which shares its bytes with other fields; read them by their offset
          arg1->cents->id          | column 14: cents is int32_t, not a pointer to a struct
          arg1->cents.id           | column 12: cents is int32_t, not a struct with fields
          arg1->customer.name      | column 15: customer is a pointer; write ->name
          arg1->buyer->name        | column 14: buyer is a struct, not a pointer to one; write .name
          arg1.cents               | column 5: arg1 is a pointer; write ->cents
          arg1->cents[1]           | column 12: cents is neither a pointer nor an array
          arg1->grid[1]            | column 11: grid is an array of several dimensions; write the offset of the element in bytes
          arg1->data->x            | column 13: what data points to is not known (void)
          arg1->data[1]            | column 11: the size of the elements of data is not known
          arg1->16->cents          | column 11: the type at arg1->16 is not known; continue with offsets in bytes
          arg1->far[131070].id     | column 10: what follows far lies more than 1048576 bytes behind it
          arg1->next->next->next->next->cents | column 29: a path follows at most 4 pointers
          arg3->cents              | column 7: arg3 is int32_t, not a pointer to a struct
          arg4->cents              | column 1: the function has no parameter arg4 (its parameters: tax, order, hidden, n)
          tax->cents               | column 1: tax is passed by value; it is not a pointer
          oder->cents              | column 1: the function has no parameter oder; did you mean "order"? (its parameters: tax, order, hidden, n)
          hidden->secret           | column 9: the debug information declares struct hidden, but does not define it; write offsets in bytes
          take: order->cents       | column 1: the function takes or returns a structure by value, so it is not known here how order is passed; write offsets in bytes, such as arg1->16
          """)
  void saysWhereAPathLeadsNowhere(String path, String message) {
    assertEquals(
        message, assertThrows(SyntaxException.class, () -> reached(program, path)).getMessage());
  }

  @Test
  void damagedDebugInformationIsRefusedInBoundedTime() throws Exception {
    byte[] good = Files.readAllBytes(program);
    Random random = new Random(11);
    List<String> paths =
        List.of("arg1->items[2].size", "order->nothing", "find: return->customer->code");
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
            for (String path : paths) {
              reachOrRefuse(file, path);
            }
          }
        });
  }

  private void reachOrRefuse(Path file, String path) {
    try {
      reached(file, path);
    } catch (IOException | UncheckedIOException | SyntaxException | NoSuchElementException e) {
      assertTrue(e.getMessage() != null, "says why");
    }
  }

  /** Compiles the program with a second file that defines what the first one only declares. */
  private Path defined(String name, String... options) throws Exception {
    Files.writeString(folder.resolve("definition.c"), DEFINITION);
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "definition.c";
    return tools.gcc(name, C, all);
  }

  /**
   * @param path with a function before it that is not charge
   */
  private static String reached(Path file, String path) throws IOException {
    Matcher call = CALL.matcher(path);
    return call.matches()
        ? reached(file, call.group(1), call.group(2))
        : reached(file, "charge", path);
  }

  private static String reached(Path file, String name, String path) throws IOException {
    Optional<Source> from = Optional.empty();
    if (path.startsWith("arg") || path.startsWith("*arg") || path.startsWith("(*arg")) {
      from = Optional.of(new Source.Argument(path.replaceAll("\\D*(\\d).*", "$1").charAt(0) - '0'));
    } else if (path.startsWith("return")) {
      from = Optional.of(new Source.ReturnValue());
    }
    DebugFiles debugFiles = DebugFiles.of(Path.of("/"), file);
    try (ElfFile elf = ElfFile.open(file);
        FunctionTable functions = FunctionTable.of(elf, debugFiles);
        DebugFunctions types = DebugFunctions.open(elf, debugFiles).orElseThrow()) {
      Function function = functions.find(name).stream().findFirst().orElseThrow();
      return text(types.at(function.address()).orElseThrow().reach(path, from));
    }
  }

  private static String text(ResolvedPath reached) {
    Source.Memory memory = (Source.Memory) reached.source();
    String from =
        memory.from() instanceof Source.Argument argument ? "" + argument.index() : "return";
    boolean isPointer = reached.element().isPresent() && !reached.isInPlace();
    return from
        + " "
        + memory.offsets()
        + " +"
        + memory.plus()
        + " "
        + reached.type().map(Object::toString).orElse(reached.untyped())
        + (isPointer ? " of " + reached.element().get() : "");
  }
}
