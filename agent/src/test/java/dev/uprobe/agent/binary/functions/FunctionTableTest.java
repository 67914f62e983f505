package dev.uprobe.agent.binary.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfException;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.agent.fixture.Toolchain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FunctionTableTest {
  private static final String SOURCE =
      """
      int data = 1;
      __attribute__((noinline)) static int hidden_in_here(int n) { return n * 3; }
      int charge_card(int cents) { return cents + data; }
      int charge_cash(int cents) { return hidden_in_here(cents); }
      int main(int argc, char **argv) { return charge_card(argc) + charge_cash(argc); }
      """;

  private Path folder;
  private Toolchain tools;
  private Path program;

  @BeforeAll
  void compile(@TempDir Path temporary) throws Exception {
    folder = temporary;
    tools = new Toolchain(folder);
    program = tools.gcc("program", SOURCE);
  }

  @Test
  void findsAFunctionWhereverTheProgramIsLoaded() throws Exception {
    for (String kind : List.of("-pie", "-no-pie", "-static", "-static-pie")) {
      Path file = tools.gcc("program" + kind, SOURCE, kind);
      Function function = only(find(file, "charge_card"));
      assertEquals(address(file, "charge_card"), function.address(), kind);
      assertTrue(function.size() > 0, kind);
      assertFalse(function.ifunc(), kind);
      assertSameCode(file, function);
    }
  }

  @Test
  void findsLocalFunctions() throws Exception {
    assertEquals("hidden_in_here", only(find(program, "hidden_in_here")).name());
  }

  @Test
  void findsNeitherDataNorFunctionsOfOtherFiles() throws Exception {
    assertEquals(List.of(), find(program, "data"));
    assertEquals(List.of(), find(program, "__libc_start_main"));
  }

  @Test
  void findsEveryLocalFunctionOfAName() throws Exception {
    Files.writeString(
        folder.resolve("a.c"),
        "static int step(int n) { return n + 1; } " + "int a(int n) { return step(n); }");
    Path two =
        tools.gcc(
            "two",
            "static int step(int n) { return n + 2; } int a(int); int main(void) { return step(a(1)); }",
            "a.c");
    assertEquals(2, find(two, "step").size());
  }

  @Test
  void matchesGlobsAndSortsByName() throws Exception {
    assertEquals(List.of("charge_card", "charge_cash"), names(find(program, "charge_*")));
    assertEquals(List.of("charge_card"), names(find(program, "c*_car?")));
    assertEquals(List.of("charge_cash"), names(find(program, "charge_cas[a-h]")));
    assertEquals(List.of(), find(program, "refund_*"));
  }

  @Test
  void takesANameThatExistsAsItIs() throws Exception {
    Path odd =
        tools.gcc(
            "odd",
            "int star(void) { return 1; } int other(void) { return 2; } "
                + "int main(void) { return star() + other(); }");
    tools.run("objcopy", "--redefine-sym", "star=main.(*Cart).Charge", "odd");
    tools.run("objcopy", "--redefine-sym", "other=main.(xCart).Charge", "odd");
    assertEquals(List.of("main.(*Cart).Charge"), names(find(odd, "main.(*Cart).Charge")));
    assertEquals(2, find(odd, "main.(*).Charge").size());
  }

  @Test
  void leavesOutSplitPartsOfFunctionsUnlessTheyAreNamed() throws Exception {
    Path cold =
        tools.gcc(
            "cold",
            "void work(void) {} void part(void) __asm__(\"work.cold\"); void part(void) {} "
                + "void part0(void) __asm__(\"work.part.0\"); void part0(void) {} "
                + "int main(void) { work(); part(); part0(); return 0; }");
    assertEquals(List.of("work"), names(find(cold, "work*")));
    assertEquals(List.of("work.cold"), names(find(cold, "work.cold")));
    assertEquals(List.of("work.part.0"), names(find(cold, "work.part.0")));
  }

  @Test
  void namesWhatLooksLikeTheWantedName() throws Exception {
    try (ElfFile file = ElfFile.open(program);
        FunctionTable table = FunctionTable.of(file)) {
      assertEquals(List.of("charge_card", "charge_cash"), table.nearest("charge_car"));
      assertEquals(List.of(), table.nearest("nothing_like_any_of_them"));
    }
  }

  @Test
  void findsTheExportedFunctionsOfAStrippedLibrary() throws Exception {
    Path library = tools.gcc("libshop.so", SOURCE, "-shared", "-fPIC");
    tools.run("strip", "libshop.so");
    assertEquals("charge_card", only(find(library, "charge_card")).name());
    assertEquals(List.of(), find(library, "hidden_in_here"));
  }

  @Test
  void findsExportedFunctionsWithoutSectionHeaders() throws Exception {
    Path library = tools.gcc("libbare.so", SOURCE, "-shared", "-fPIC", "-Wl,--hash-style=gnu");
    Function function = only(find(library, "charge_card"));
    byte[] bytes = Files.readAllBytes(library);
    for (int at : new int[] {40, 41, 42, 43, 44, 45, 46, 47, 60, 61, 62, 63}) {
      bytes[at] = 0;
    }
    Path bare = Files.write(folder.resolve("bare.so"), bytes);
    assertEquals(function, only(find(bare, "charge_card")));
    assertTrue(names(find(bare, "*")).contains("charge_cash"));
  }

  @Test
  void tellsVersionsOfAFunctionApart() throws Exception {
    Path library = versionedLibrary("libversions.so");
    for (Path file : List.of(library, stripped(library))) {
      assertEquals(
          List.of("copy@@SHOP_2", "copy@SHOP_1"),
          find(file, "copy").stream().map(Function::versionedName).sorted().toList());
      assertEquals("copy@SHOP_1", only(find(file, "copy@SHOP_1")).versionedName());
      assertEquals("copy@@SHOP_2", only(find(file, "copy@@SHOP_2")).versionedName());
      assertEquals("copy@@SHOP_2", only(find(file, "copy@SHOP_2")).versionedName());
      assertEquals(List.of(), find(file, "copy@@SHOP_1"));
      assertEquals(List.of(), find(file, "copy@SHOP_3"));
    }
  }

  @Test
  void marksIfuncs() throws Exception {
    Path library =
        tools.gcc(
            "libifunc.so",
            "static int plain(int n) { return n; } "
                + "static int (*choose(void))(int) { return plain; } "
                + "int chosen(int n) __attribute__((ifunc(\"choose\")));",
            "-shared",
            "-fPIC");
    assertTrue(only(find(library, "chosen")).ifunc());
    assertFalse(only(find(library, "plain")).ifunc());
  }

  @Test
  void readsThePackedSymbolsOfAStrippedProgram() throws Exception {
    Path packed = withPackedSymbols("packed", "xz");
    assertEquals(find(program, "hidden_in_here"), find(packed, "hidden_in_here"));
  }

  @Test
  void refusesPackedSymbolsThatNeedTooMuchMemory() throws Exception {
    Path packed = withPackedSymbols("packed-9", "xz", "--lzma2=dict=64MiB");
    ElfException e = assertThrows(ElfException.class, () -> find(packed, "hidden_in_here"));
    assertTrue(
        e.getMessage().startsWith(packed + " is damaged: .gnu_debugdata cannot be unpacked"));
  }

  @Test
  void readsADebugFileByBuildId() throws Exception {
    Path stripped = separate("by-id");
    String id;
    try (ElfFile file = ElfFile.open(stripped)) {
      id = file.buildId().orElseThrow();
    }
    Path root = folder.resolve("root-by-id");
    Path debug =
        root.resolve("usr/lib/debug/.build-id/" + id.substring(0, 2))
            .resolve(id.substring(2) + ".debug");
    Files.createDirectories(debug.getParent());
    Files.move(folder.resolve("by-id.debug"), debug);
    assertEquals(
        find(program, "hidden_in_here"),
        find(stripped, "hidden_in_here", DebugFiles.of(root, Path.of("/app/by-id"))));
  }

  @Test
  void readsADebugFileByNameInEachUsualFolder() throws Exception {
    Path stripped = separate("by-link");
    for (String place : List.of("app", "app/.debug", "usr/lib/debug/app")) {
      Path root = folder.resolve("root-" + place.replace('/', '-'));
      Files.createDirectories(root.resolve(place));
      Files.copy(folder.resolve("by-link.debug"), root.resolve(place).resolve("by-link.debug"));
      assertEquals(
          find(program, "hidden_in_here"),
          find(stripped, "hidden_in_here", DebugFiles.of(root, Path.of("/app/by-link"))),
          place);
    }
  }

  @Test
  void checksTheSumOfADebugFileWhereThereIsNoBuildId() throws Exception {
    Path whole = tools.gcc("no-id", SOURCE, "-Wl,--build-id=none");
    Path stripped = separate("no-id");
    DebugFiles here = DebugFiles.of(folder, Path.of("/no-id"));
    assertEquals(1, find(stripped, "hidden_in_here", here).size());
    Path debug = folder.resolve("no-id.debug");
    byte[] bytes = Files.readAllBytes(debug);
    bytes[bytes.length - 1] ^= 1;
    Files.write(debug, bytes);
    assertEquals(List.of(), find(stripped, "hidden_in_here", here));
    assertEquals(whole, stripped);
  }

  @Test
  void ignoresADebugFileOfAnotherBuild() throws Exception {
    Path stripped = separate("mine");
    tools.gcc("theirs", SOURCE + " int more;", "-g");
    Files.move(
        folder.resolve("theirs"),
        folder.resolve("mine.debug"),
        StandardCopyOption.REPLACE_EXISTING);
    DebugFiles here = DebugFiles.of(folder, Path.of("/mine"));
    assertEquals(List.of(), find(stripped, "hidden_in_here", here));
  }

  @Test
  void findsEveryVersionOfALibcFunction() throws Exception {
    Path libc = Path.of(tools.run("gcc", "-print-file-name=libc.so.6").strip()).toRealPath();
    assertTrue(find(libc, "strlen").stream().anyMatch(Function::ifunc) || notX86());
    assertTrue(names(find(libc, "pthread_*")).contains("pthread_create"));
    assertTrue(find(libc, "*").size() > 1000);
  }

  @Test
  void findsOneOfManyFunctionsQuickly() throws Exception {
    StringBuilder source = new StringBuilder(".text\n");
    for (int i = 0; i < 300_000; i++) {
      String name = "_ZN9some_name5space" + i + "_functionEv";
      source.append(".type ").append(name).append(",@function\n").append(name).append(":\n");
    }
    Files.writeString(folder.resolve("many.s"), source.append("ret\n"));
    tools.run("gcc", "-shared", "-o", "many.so", "many.s");
    Path many = folder.resolve("many.so");
    long start = System.nanoTime();
    assertEquals(1, find(many, "_ZN9some_name5space299999_functionEv").size());
    assertEquals(300_000, find(many, "_ZN9some_name*").size());
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(millis < 10_000, "took " + millis + " ms");
  }

  private Path versionedLibrary(String name) throws Exception {
    Files.writeString(
        folder.resolve("versions.map"), "SHOP_1 { global: copy; local: *; }; SHOP_2 { } SHOP_1;");
    return tools.gcc(
        name,
        "int copy_1(void) { return 1; } int copy_2(void) { return 2; } "
            + "__asm__(\".symver copy_1,copy@SHOP_1\"); "
            + "__asm__(\".symver copy_2,copy@@SHOP_2\");",
        "-shared",
        "-fPIC",
        "-Wl,--version-script=versions.map");
  }

  private Path stripped(Path file) throws Exception {
    Path copy = Path.of(file + ".stripped");
    tools.run("strip", "-o", copy.toString(), file.toString());
    return copy;
  }

  /** The recipe of the GDB manual, "MiniDebugInfo". */
  private Path withPackedSymbols(String name, String... xz) throws Exception {
    tools.run("objcopy", "--only-keep-debug", "program", name + ".mini");
    tools.run("strip", "-o", name, "program");
    String[] command = Arrays.copyOf(xz, xz.length + 1);
    command[xz.length] = name + ".mini";
    tools.run(command);
    tools.run("objcopy", "--add-section", ".gnu_debugdata=" + name + ".mini.xz", name);
    return folder.resolve(name);
  }

  /** Strips a copy of the program, or the file of this name, into NAME and NAME.debug. */
  private Path separate(String name) throws Exception {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      Files.copy(program, file);
    }
    tools.run("objcopy", "--only-keep-debug", name, name + ".debug");
    tools.run("strip", name);
    tools.run("objcopy", "--add-gnu-debuglink=" + name + ".debug", name);
    return file;
  }

  private static List<Function> find(Path path, String symbol) throws IOException {
    return find(path, symbol, DebugFiles.none());
  }

  private static List<Function> find(Path path, String symbol, DebugFiles debugFiles)
      throws IOException {
    try (ElfFile file = ElfFile.open(path);
        FunctionTable table = FunctionTable.of(file, debugFiles)) {
      return table.find(symbol);
    }
  }

  private static Function only(List<Function> functions) {
    assertEquals(1, functions.size(), functions.toString());
    return functions.get(0);
  }

  private static List<String> names(List<Function> functions) {
    return functions.stream().map(Function::name).toList();
  }

  private static boolean notX86() {
    return !Machine.ofHost().equals(Machine.X86_64);
  }

  private long address(Path file, String symbol) throws Exception {
    Matcher line =
        Pattern.compile("(?m)^([0-9a-f]+) \\w " + symbol + "$")
            .matcher(tools.run("nm", file.toString()));
    assertTrue(line.find(), symbol);
    return Long.parseLong(line.group(1), 16);
  }

  /** The bytes at the function's place in the file are those that objdump shows at its address. */
  private void assertSameCode(Path file, Function function) throws Exception {
    String dump =
        tools.run(
            "objdump",
            "-d",
            "--start-address=" + function.address(),
            "--stop-address=" + (function.address() + 1),
            file.toString());
    Matcher first = Pattern.compile("(?m)^ *[0-9a-f]+:\\s+([0-9a-f]+)").matcher(dump);
    assertTrue(first.find(), dump);
    int expected = Integer.parseInt(first.group(1).substring(0, 2), 16);
    assertEquals(expected, Files.readAllBytes(file)[(int) function.fileOffset()] & 0xff);
    assertEquals(Optional.empty(), function.version());
  }
}
