package dev.uprobe.agent.binary.functions;

import dev.uprobe.agent.binary.demangle.Demangler;
import dev.uprobe.agent.binary.demangle.ReadableName;
import dev.uprobe.agent.binary.demangle.WantedName;
import dev.uprobe.agent.binary.elf.ElfException;
import dev.uprobe.agent.binary.elf.Function;
import dev.uprobe.agent.binary.elf.Glob;
import dev.uprobe.agent.binary.elf.SymbolTable;
import dev.uprobe.agent.binary.elf.VersionedName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds functions by names as programmers write them, which symbol tables have mangled. */
final class ReadableSearch {
  private static final int LISTED = 8;

  private final String file;
  private final String symbol;
  private final WantedName wanted;

  /**
   * @param file what messages call the file
   * @param symbol a name, or a glob over names
   */
  ReadableSearch(String file, String symbol) {
    this.file = file;
    this.symbol = symbol;
    this.wanted = new WantedName(symbol);
  }

  /** Accepts all symbols that the name can stand for. */
  SymbolTable.NameTest candidates() {
    String clue = wanted.clue();
    return test(
        name -> name.contains(clue), name -> wanted.isFully(name) || wanted.isShortFor(name));
  }

  /** Accepts all symbols whose names the glob matches, and whose parameters are as it says. */
  SymbolTable.NameTest matches() {
    Glob glob = new Glob(wanted.pattern());
    return test(
        name -> !isThunk(name),
        name -> (glob.matches(name.name()) || glob.matches(name.plain())) && wanted.accepts(name));
  }

  /** Calls through a thunk reach the function itself, too. */
  private static boolean isThunk(String symbol) {
    return symbol.startsWith("_ZT") || symbol.startsWith("_ZGT");
  }

  private static SymbolTable.NameTest test(
      Predicate<String> symbols, Predicate<ReadableName> names) {
    return (strings, offset) -> {
      String symbol = VersionedName.parse(strings.text(offset, SymbolTable.MAX_NAME)).name();
      return Demangler.isMangled(symbol)
          && symbols.test(symbol)
          && Demangler.read(symbol).filter(names).isPresent();
    };
  }

  /**
   * Returns those of the candidates that the name stands for.
   *
   * @throws ElfException where it stands for several, and does not say which
   */
  List<Function> onlyMeant(List<Function> candidates) throws IOException {
    List<Function> fully = candidates.stream().filter(this::isFully).toList();
    if (!fully.isEmpty()) {
      return fully;
    }
    List<String> names = candidates.stream().map(Function::readableName).distinct().toList();
    if (names.size() > 1) {
      throw new ElfException(file, ambiguous(names, candidates));
    }
    return candidates;
  }

  private boolean isFully(Function function) {
    return Demangler.read(function.name()).filter(wanted::isFully).isPresent();
  }

  private String ambiguous(List<String> names, List<Function> candidates) {
    String listed = names.stream().limit(LISTED).collect(Collectors.joining(", "));
    Optional<String> more =
        names.size() > LISTED
            ? Optional.of(" and " + (names.size() - LISTED) + " more")
            : Optional.empty();
    return "has %d functions %s: %s%s; name one of them, or all by the glob %s"
        .formatted(names.size(), symbol, listed, more.orElse(""), symbol + rest(candidates));
  }

  /** Returns what makes a glob of the name that matches all candidates. */
  private String rest(List<Function> candidates) {
    List<String> names = candidates.stream().map(Function::shortName).distinct().toList();
    if (names.size() == 1) {
      return "(*)";
    }
    return Stream.of("<*", "::<*")
        .filter(rest -> names.stream().allMatch(new Glob(symbol + rest)::matches))
        .findFirst()
        .orElse("*");
  }
}
