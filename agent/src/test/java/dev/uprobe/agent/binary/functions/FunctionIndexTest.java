package dev.uprobe.agent.binary.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.gotable.GoFunctions;
import dev.uprobe.agent.binary.gotable.GoFunctionsTest;
import dev.uprobe.agent.fixture.Toolchain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionIndexTest {
  private static final String SOURCE =
      """
      int first(int n) { return n + 1; }
      static __attribute__((noinline)) int second(int n) { return n * 3; }
      int third(int n) { return first(n) + second(n); }
      int __third(int n) __attribute__((alias("third")));
      int _third(int n) __attribute__((alias("third")));
      __asm__(".text\\n.type unsized, @function\\nunsized: nop\\nnop\\nnop\\nret\\n");
      """;

  @TempDir Path folder;
  private Toolchain tools;

  @BeforeEach
  void prepare() {
    tools = new Toolchain(folder);
  }

  private Path library(String... options) throws Exception {
    String[] all = new String[options.length + 3];
    all[0] = "-shared";
    all[1] = "-fPIC";
    all[2] = "-O0";
    System.arraycopy(options, 0, all, 3, options.length);
    return tools.gcc("lib.so", SOURCE, all);
  }

  private static FunctionIndex index(Path file) throws Exception {
    try (ElfFile elf = ElfFile.open(file);
        FunctionTable table = FunctionTable.of(elf)) {
      return table.index();
    }
  }

  private static Function function(Path file, String name) throws Exception {
    try (ElfFile elf = ElfFile.open(file);
        FunctionTable table = FunctionTable.of(elf)) {
      return table.find(name).get(0);
    }
  }

  private static Optional<String> name(FunctionIndex index, long fileOffset) {
    return index.at(fileOffset).map(FunctionIndex.Place::name);
  }

  @Test
  void everyInstructionOfAFunctionBelongsToIt() throws Exception {
    Path file = library();
    FunctionIndex index = index(file);
    for (String name : new String[] {"first", "second"}) {
      Function function = function(file, name);
      long start = function.fileOffset();
      long last = start + function.size() - 1;

      assertEquals(Optional.of(new FunctionIndex.Place(name, start)), index.at(start));
      assertEquals(Optional.of(new FunctionIndex.Place(name, start)), index.at(last));
    }
  }

  @Test
  void whatNoFunctionCoversBelongsToNone() throws Exception {
    FunctionIndex index = index(library());

    assertEquals(Optional.empty(), index.at(0));
    assertEquals(Optional.empty(), index.at(Long.MAX_VALUE));
    assertEquals(Optional.empty(), index.at(-1));
    assertEquals(Optional.empty(), FunctionIndex.empty().at(0));
  }

  @Test
  void ofSeveralNamesTheOneThatProgramsCallIsTaken() throws Exception {
    Path file = library();

    assertEquals(Optional.of("third"), name(index(file), function(file, "third").fileOffset() + 2));
  }

  @Test
  void aFunctionOfUnknownSizeEndsWhereTheNextOneBegins() throws Exception {
    Path file = library();
    FunctionIndex index = index(file);
    long start = function(file, "unsized").fileOffset();

    assertEquals(Optional.of(new FunctionIndex.Place("unsized", start)), index.at(start + 3));
  }

  @Test
  void aStrippedLibraryStillNamesWhatItExports() throws Exception {
    Path file = library();
    long second = function(file, "second").fileOffset();
    tools.run("strip", file.toString());
    FunctionIndex index = index(file);

    assertEquals(Optional.of("first"), name(index, function(file, "first").fileOffset() + 1));
    assertEquals(Optional.empty(), name(index, second));
  }

  @Test
  void aPlaceInTheFileHasTheAddressThatObjdumpShows() throws Exception {
    Path file = library("-Wl,-Ttext-segment=0x400000");
    Function first = function(file, "first");

    assertTrue(first.address() >= 0x400000, "the linker placed it at " + first.address());
    assertEquals(first.address(), index(file).address(first.fileOffset()).orElseThrow());
    assertTrue(index(file).address(Long.MAX_VALUE).isEmpty());
  }

  @Test
  void aStrippedGoProgramNamesItsFunctions() throws Exception {
    Path file = goTable(GoFunctionsTest.GO_1_18, "0xfffffff1", "-s");
    long one;
    try (ElfFile elf = ElfFile.open(file)) {
      one = GoFunctions.of(elf).orElseThrow().find("main.one").get(0).fileOffset();
    }
    FunctionIndex index = index(file);

    assertEquals(Optional.of(new FunctionIndex.Place("main.one", one)), index.at(one + 31));
    assertEquals(Optional.of("main.(*T).Two"), name(index, one + 32));
    assertEquals(Optional.empty(), name(index, one - 1));
  }

  @Test
  void aGoTableOfAnUnknownVersionLeavesTheSymbols() throws Exception {
    String source =
        GoFunctionsTest.GO_1_18.replace("one: .skip", ".type known, @function; known: one: .skip");
    FunctionIndex index = index(goTable(source, "0xfffffff2"));

    assertEquals(1, index.size());
  }

  private Path goTable(String source, String magic, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("-nostdlib", "-no-pie", "-Wl,--entry=start"));
    all.addAll(List.of(options));
    return tools.gcc("go", source.replace("MAGIC", magic), all.toArray(String[]::new));
  }

  @Test
  void aVersionIsNoPartOfAName() throws Exception {
    String source =
        """
        __attribute__((used)) int old(int n) { return n; }
        __asm__(".symver old, renamed@V1");
        """;
    Path script =
        Files.writeString(folder.resolve("versions"), "V1 { global: renamed; local: *; };");
    Path file =
        tools.gcc("versioned.so", source, "-shared", "-fPIC", "-Wl,--version-script=" + script);

    Function renamed = function(file, "renamed@V1");
    tools.run("strip", file.toString());

    assertEquals(Optional.of("renamed"), name(index(file), renamed.fileOffset()));
  }
}
