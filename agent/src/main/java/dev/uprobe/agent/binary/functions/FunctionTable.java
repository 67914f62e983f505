package dev.uprobe.agent.binary.functions;

import dev.uprobe.agent.binary.demangle.Demangler;
import dev.uprobe.agent.binary.demangle.WantedName;
import dev.uprobe.agent.binary.elf.DebugData;
import dev.uprobe.agent.binary.elf.DebugFiles;
import dev.uprobe.agent.binary.elf.ElfException;
import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.elf.Glob;
import dev.uprobe.agent.binary.elf.Symbol;
import dev.uprobe.agent.binary.elf.SymbolTable;
import dev.uprobe.agent.binary.elf.SymbolVersions;
import dev.uprobe.agent.binary.elf.UnwindTable;
import dev.uprobe.agent.binary.elf.VersionedName;
import dev.uprobe.agent.binary.gotable.GoFunctions;
import dev.uprobe.language.text.NearestNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The functions of a program or library that a probe can sit on, from every symbol table that
 * belongs to it: its own, the packed one in {@code .gnu_debugdata} and a separate debug file's. The
 * file must stay open as long as its table.
 */
public final class FunctionTable implements AutoCloseable {
  private static final int NEAREST = 3;

  /** What compilers add to the name of a function for its rarely run part. */
  public static final String COLD = ".cold";

  /** The rarely run part of a function, which compilers move elsewhere and nobody calls. */
  private static final Pattern SPLIT_PART = Pattern.compile("\\.(cold|part\\.\\d+)(\\.|$)");

  /** What gcc and clang add to the names of copies that they changed, and of parts. */
  private static final Pattern CLONE =
      Pattern.compile("\\.(isra|constprop|part|cold|lto_priv|llvm|__uniq|specialized)(\\.|$)");

  private final ElfFile file;
  private final List<Source> sources;
  private final List<ElfFile> opened;

  private record Source(SymbolTable symbols, Optional<SymbolVersions> versions) {}

  private record Place(String name, long address) {}

  private FunctionTable(ElfFile file, List<Source> sources, List<ElfFile> opened) {
    this.file = file;
    this.sources = sources;
    this.opened = opened;
  }

  /** The functions that the file itself names. */
  public static FunctionTable of(ElfFile file) throws IOException {
    return of(file, DebugFiles.none());
  }

  /** The functions that the file or its debug file name. */
  public static FunctionTable of(ElfFile file, DebugFiles debugFiles) throws IOException {
    List<Source> sources = new ArrayList<>();
    List<ElfFile> opened = new ArrayList<>();
    Optional<SymbolTable> full = SymbolTable.full(file);
    Optional<SymbolTable> dynamic = SymbolTable.dynamic(file);
    if (dynamic.isPresent()) {
      sources.add(new Source(dynamic.get(), SymbolVersions.of(file)));
    }
    if (full.isPresent()) {
      sources.add(new Source(full.get(), Optional.empty()));
    } else {
      // Only a stripped file has its symbols elsewhere.
      DebugData.open(file).ifPresent(opened::add);
      debugFiles.open(file).ifPresent(opened::add);
    }
    FunctionTable table = new FunctionTable(file, sources, opened);
    try {
      for (ElfFile each : opened) {
        SymbolTable.full(each)
            .ifPresent(symbols -> sources.add(new Source(symbols, Optional.empty())));
      }
      return table;
    } catch (IOException e) {
      table.close();
      throw e;
    }
  }

  /**
   * The functions that a user means, sorted by name and address.
   *
   * @param symbol a name, which stands for all its versions and all local functions of that name; a
   *     name with {@code @VERSION}; a C++ or Rust name as programmers write it, which needs its
   *     parameters where there are overloads; or, where no function has exactly this name, a glob
   * @return empty where there is none
   * @throws ElfException also where a name stands for several functions
   */
  public List<Function> find(String symbol) throws IOException {
    VersionedName wanted = VersionedName.parse(symbol);
    byte[] name = wanted.name().getBytes(StandardCharsets.UTF_8);
    List<Function> exact = collect(SymbolTable.NameTest.named(name), wanted::accepts);
    if (!exact.isEmpty()) {
      return exact;
    }
    ReadableSearch search = new ReadableSearch(file.name(), symbol);
    List<Function> readable = search.onlyMeant(collect(search.candidates(), function -> true));
    if (!readable.isEmpty() || !Glob.isGlob(symbol)) {
      return readable;
    }
    Glob glob = new Glob(symbol);
    SymbolTable.NameTest matchesReadable = search.matches();
    return collect(
        (strings, offset) ->
            glob.matches(VersionedName.parse(strings.text(offset, SymbolTable.MAX_NAME)).name())
                || matchesReadable.accepts(strings, offset),
        function -> !SPLIT_PART.matcher(function.name()).find());
  }

  /**
   * What the compiler made of a function: copies such as {@code name.isra.0}, whose arguments may
   * differ, and the parts that it split off.
   */
  public List<Function> clones(String symbol) throws IOException {
    String wanted = VersionedName.parse(symbol).name();
    String plain = wanted.replaceFirst("\\(.*", "");
    return collect(
        (strings, offset) -> CLONE.matcher(strings.text(offset, SymbolTable.MAX_NAME)).find(),
        function -> isCloneOf(function.name(), wanted, plain));
  }

  private static boolean isCloneOf(String name, String wanted, String plain) {
    Matcher clone = CLONE.matcher(name);
    return clone.find()
        && (name.substring(0, clone.start()).equals(wanted)
            || Demangler.read(name.substring(0, clone.start()))
                .filter(each -> each.name().equals(plain))
                .isPresent());
  }

  /** Whether a function is only a part of one, which callers do not call. */
  public static boolean isPart(Function function) {
    return SPLIT_PART.matcher(function.name()).find();
  }

  /** The rarely run parts of functions, which compilers put elsewhere. */
  public List<Function> coldParts() throws IOException {
    return collect(
        (strings, offset) -> strings.text(offset, SymbolTable.MAX_NAME).contains(COLD),
        function -> SPLIT_PART.matcher(function.name()).find());
  }

  /**
   * The function that has an instruction at an address.
   *
   * @param address before any load bias
   * @return the innermost where several overlap; empty where no symbol says
   */
  public Optional<Function> at(long address) throws IOException {
    List<Function> found = new ArrayList<>();
    for (Source source : sources) {
      for (Symbol symbol : source.symbols().functionsAt(address)) {
        function(symbol, source.versions()).ifPresent(found::add);
      }
    }
    return found.stream()
        .max(
            Comparator.comparing(Function::address, Long::compareUnsigned)
                .thenComparing(Function::name, Comparator.reverseOrder()));
  }

  /** All functions by their places in the file. */
  public FunctionIndex index() throws IOException {
    FunctionIndexBuilder index = new FunctionIndexBuilder(file);
    Optional<GoFunctions> go = goFunctions();
    if (go.isPresent()) {
      index.add(go.get());
    }
    for (Source source : sources) {
      index.add(source.symbols(), address -> go.filter(each -> each.contains(address)).isEmpty());
    }
    return index.build();
  }

  /** Those of Go's own table, which is there in stripped programs too. */
  private Optional<GoFunctions> goFunctions() throws IOException {
    try {
      return GoFunctions.of(file);
    } catch (ElfException e) {
      // One that is older, newer or damaged: the other tables tell what they know.
      return Optional.empty();
    }
  }

  /** Where the file's functions begin and end. */
  public CodeRanges ranges() throws IOException {
    return CodeRanges.of(this, file);
  }

  /** Shows the places of all functions, those without a size left out. */
  void visit(UnwindTable.Visitor visitor) throws IOException {
    for (Source source : sources) {
      source.symbols().visitFunctions((nameOffset, address, size) -> visitor.visit(address, size));
    }
  }

  /** Up to three names of functions that look most like the one that was not found. */
  public List<String> nearest(String symbol) throws IOException {
    String wanted = VersionedName.parse(symbol).name();
    boolean withParameters = new WantedName(symbol).hasParameters();
    List<String> names =
        find("*").stream()
            .map(each -> withParameters ? each.readableName() : each.shortName())
            .distinct()
            .toList();
    return NearestNames.nearest(wanted, names, NEAREST);
  }

  @Override
  public void close() throws IOException {
    for (ElfFile each : opened) {
      each.close();
    }
  }

  private List<Function> collect(SymbolTable.NameTest test, Predicate<Function> wanted)
      throws IOException {
    Map<Place, Function> found = new LinkedHashMap<>();
    for (Source source : sources) {
      for (Symbol symbol : source.symbols().functions(test)) {
        Optional<Function> function = function(symbol, source.versions()).filter(wanted);
        if (function.isPresent()) {
          Place place = new Place(function.get().name(), function.get().address());
          found.merge(place, function.get(), FunctionTable::moreTelling);
        }
      }
    }
    return sorted(found.values());
  }

  private static List<Function> sorted(Collection<Function> functions) {
    return functions.stream()
        .sorted(
            Comparator.comparing(Function::name)
                .thenComparing(Function::address, Long::compareUnsigned))
        .toList();
  }

  private static Function moreTelling(Function known, Function other) {
    boolean better =
        other.defaultVersion() && !known.defaultVersion()
            || other.version().isPresent() && known.version().isEmpty();
    return better ? other : known;
  }

  private Optional<Function> function(Symbol symbol, Optional<SymbolVersions> versions)
      throws IOException {
    OptionalLong offset = file.fileOffset(symbol.value());
    if (offset.isEmpty()) {
      return Optional.empty();
    }
    VersionedName name = VersionedName.parse(symbol.name());
    Optional<SymbolVersions.Version> version =
        versions.isPresent() ? versions.get().of(symbol) : Optional.empty();
    return Optional.of(
        new Function(
            name.name(),
            version.map(SymbolVersions.Version::name).or(name::version),
            version.map(v -> !v.hidden()).orElse(name.defaultVersion()),
            symbol.value(),
            symbol.size(),
            symbol.ifunc(),
            offset.getAsLong()));
  }
}
