package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.language.plan.AttachPoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Compiles the attach point of a probe, which the YAML gives in exactly one of several ways. */
final class AttachPointCompiler {
  private static final int MAX_SYMBOLS = 64;
  private static final int MAX_SYMBOL_LENGTH = 1024;
  private static final int MAX_USDT_LENGTH = 255;

  private final ProbeSpec spec;
  private final ProbeType type;
  private final Problems problems;

  AttachPointCompiler(ProbeSpec spec, ProbeType type, Problems problems) {
    this.spec = spec;
    this.type = type;
    this.problems = problems;
  }

  /** Returns the attach point; empty if there is none, after recording why. */
  Optional<AttachPoint> compile() {
    int before = problems.count();
    List<String> given = given();
    if (given.isEmpty()) {
      problems
          .at("symbol")
          .add(
              "a probe needs the name of a function, or a glob such as SSL_*; or give symbols,"
                  + " address or usdt instead");
    } else if (given.size() > 1) {
      problems
          .at(given.get(1))
          .add("give only one of symbol, symbols, address and usdt, not " + listed(given));
    }
    Optional<AttachPoint> place = given.size() == 1 ? place(given.get(0)) : Optional.empty();
    checkOffset();
    return problems.count() == before ? place : Optional.empty();
  }

  private List<String> given() {
    List<String> given = new ArrayList<>();
    if (spec.symbol() != null) {
      given.add("symbol");
    }
    if (!spec.symbols().isEmpty()) {
      given.add("symbols");
    }
    if (spec.address() != null) {
      given.add("address");
    }
    if (spec.usdt() != null) {
      given.add("usdt");
    }
    return given;
  }

  private static String listed(List<String> names) {
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " and " + names.get(last);
  }

  private Optional<AttachPoint> place(String field) {
    return switch (field) {
      case "symbol" -> {
        checkSymbol(spec.symbol(), problems.at("symbol"));
        long offset = spec.offset() == null ? 0 : spec.offset();
        yield Optional.of(new AttachPoint.Functions(List.of(spec.symbol()), offset));
      }
      case "symbols" -> {
        checkSymbols();
        yield Optional.of(new AttachPoint.Functions(spec.symbols(), 0));
      }
      case "address" -> {
        problems
            .at("address")
            .addIf(
                spec.address() < 0,
                "must not be negative; write it as nm and objdump show it, such as 0x1139");
        yield Optional.of(new AttachPoint.Address(spec.address()));
      }
      default -> usdt();
    };
  }

  private void checkSymbols() {
    List<String> symbols = spec.symbols();
    problems
        .at("symbols")
        .addIf(
            symbols.size() > MAX_SYMBOLS,
            "has at most "
                + MAX_SYMBOLS
                + " names, this one has "
                + symbols.size()
                + "; a glob such as SSL_* names any number of functions");
    Set<String> earlier = new HashSet<>();
    for (int i = 0; i < Math.min(symbols.size(), MAX_SYMBOLS); i++) {
      checkSymbol(symbols.get(i), problems.at("symbols", i));
      problems
          .at("symbols", i)
          .addIf(!earlier.add(symbols.get(i)), "is already in the list; remove it");
    }
  }

  private static void checkSymbol(String symbol, Problems problems) {
    if (symbol == null || symbol.isBlank()) {
      problems.add("a probe needs the name of a function, or a glob such as SSL_*");
      return;
    }
    problems.addIf(
        symbol.length() > MAX_SYMBOL_LENGTH,
        "must have at most " + MAX_SYMBOL_LENGTH + " characters");
    problems.addIf(
        symbol.chars().anyMatch(Character::isISOControl), "must not contain control characters");
  }

  private void checkOffset() {
    if (spec.offset() == null) {
      return;
    }
    Problems inOffset = problems.at("offset");
    inOffset.addIf(
        spec.symbol() == null, "counts from a function's first instruction; give symbol too");
    inOffset.addIf(spec.offset() < 0, "must not be negative");
    inOffset.addIf(
        type != ProbeType.ENTRY && spec.offset() != 0,
        "an instruction inside of a function neither is called nor returns; use type Entry");
  }

  private Optional<AttachPoint> usdt() {
    String text = spec.usdt();
    int colon = text.indexOf(':');
    boolean valid =
        colon > 0
            && colon < text.length() - 1
            && text.length() <= MAX_USDT_LENGTH
            && text.chars().noneMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c));
    problems
        .at("usdt")
        .addIf(
            type != ProbeType.ENTRY,
            "is a place in a program, which neither is called nor returns; use type Entry");
    problems
        .at("usdt")
        .addIf(
            !valid,
            "must be provider:name, such as libc:setjmp, of at most "
                + MAX_USDT_LENGTH
                + " characters");
    return valid
        ? Optional.of(new AttachPoint.Usdt(text.substring(0, colon), text.substring(colon + 1)))
        : Optional.empty();
  }
}
