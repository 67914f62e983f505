package dev.uprobe.agent.engine.locate;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.Variables;
import dev.uprobe.agent.binary.usdt.UsdtArgument;
import dev.uprobe.agent.binary.usdt.UsdtArguments;
import dev.uprobe.agent.binary.usdt.UsdtProbe;
import dev.uprobe.agent.binary.usdt.UsdtProbes;
import dev.uprobe.agent.binary.usdt.UsdtSite;
import dev.uprobe.agent.process.files.TargetException;
import dev.uprobe.api.v1alpha1.AttachReason;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.NearestNames;
import dev.uprobe.language.where.Contradiction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Finds the places of a static probe. */
record UsdtResolver(ElfFile elf, ProbedCode code, ProbePlan probe) {
  private static final int NEAREST = 3;

  /**
   * @throws IOException with a sentence that names the file, where it has no such probe or the
   *     probe has not the arguments that are asked for
   */
  ResolvedSites find(AttachPoint.Usdt place) throws IOException {
    List<UsdtProbe> all = UsdtProbes.of(elf);
    Variables variables = new Variables(elf);
    Map<Long, ProbeSite> sites = new LinkedHashMap<>();
    Map<Long, String> neverAt = new LinkedHashMap<>();
    for (UsdtProbe each : all) {
      if (each.fullName().equals(place.text())) {
        List<UsdtArgument> arguments =
            UsdtArguments.parse(
                elf.machine(),
                each.arguments(),
                name -> distance(variables.address(name), each.address()));
        check(place, each, arguments);
        whyNeverHolds(each, arguments).ifPresent(why -> neverAt.put(each.fileOffset(), why));
        code.check(each.address(), place.text());
        UsdtSite usdt = new UsdtSite(each.semaphore(), arguments);
        sites.putIfAbsent(each.fileOffset(), new ProbeSite(place.text(), each.fileOffset(), usdt));
      }
    }
    if (sites.isEmpty()) {
      throw new TargetException(AttachReason.SYMBOL_NOT_FOUND, unknown(place, all));
    }
    if (neverAt.keySet().equals(sites.keySet())) {
      throw new TargetException(AttachReason.NOT_SUPPORTED, neverAt.values().iterator().next());
    }
    return new ResolvedSites(List.copyOf(sites.values()), Optional.empty(), List.of());
  }

  private static OptionalLong distance(OptionalLong address, long place) {
    return address.isPresent()
        ? OptionalLong.of(address.getAsLong() - place)
        : OptionalLong.empty();
  }

  private String unknown(AttachPoint.Usdt place, List<UsdtProbe> all) {
    List<String> names = all.stream().map(UsdtProbe::fullName).distinct().toList();
    List<String> nearest = NearestNames.nearest(place.text(), names, NEAREST);
    return elf.name()
        + " has no static probe "
        + place.text()
        + (nearest.isEmpty() ? ";" : "; did you mean " + String.join(", ", nearest) + "?")
        + " `uprobe-agent symbols --usdt "
        + elf.name()
        + "` lists all";
  }

  private void check(AttachPoint.Usdt place, UsdtProbe found, List<UsdtArgument> arguments)
      throws TargetException {
    for (int index : wanted()) {
      String problem = "";
      if (index > arguments.size()) {
        problem = "has " + counted(arguments.size()) + ", so there is no argument " + index;
      } else if (arguments.get(index - 1).operand() instanceof UsdtArgument.Unreadable operand) {
        problem = "has its argument " + index + " where it cannot be read (" + operand.text() + ")";
      }
      if (!problem.isEmpty()) {
        throw new TargetException(
            AttachReason.NOT_SUPPORTED,
            place.text()
                + " of "
                + elf.name()
                + " "
                + problem
                + "; its note says: "
                + (found.arguments().isEmpty() ? "none" : found.arguments()));
      }
    }
  }

  /** The note alone says how large an argument is that the trace gives no type. */
  private Optional<String> whyNeverHolds(UsdtProbe found, List<UsdtArgument> arguments) {
    for (int index : wanted()) {
      UsdtArgument argument = arguments.get(index - 1);
      boolean canHold =
          probe.where().stream()
              .filter(clause -> clause.anyOf().stream().allMatch(each -> isAbout(index, each)))
              .allMatch(
                  clause -> Contradiction.canHold(clause, argument.bytes(), argument.signed()));
      if (!canHold) {
        return Optional.of(
            ("%s of %s has as its argument %d %s number of %d bits, so a condition of where never"
                    + " holds; its note says: %s")
                .formatted(
                    found.fullName(),
                    elf.name(),
                    index,
                    argument.signed() ? "a signed" : "an unsigned",
                    8 * argument.bytes(),
                    found.arguments()));
      }
    }
    return Optional.empty();
  }

  private static boolean isAbout(int index, Condition condition) {
    return condition instanceof Condition.Number number
        && number.left().source().equals(new Source.Argument(index))
        && number.left().type().equals(new ValueType.Whole(Long.BYTES, true));
  }

  private static String counted(int arguments) {
    return arguments == 1 ? "1 argument" : arguments + " arguments";
  }

  private TreeSet<Integer> wanted() {
    List<Operand> operands = new ArrayList<>();
    for (Value value : probe.values()) {
      operands.add(value.operand());
      if (value.operand().type() instanceof ValueType.Bytes bytes) {
        bytes.length().ifPresent(operands::add);
      }
    }
    for (Clause clause : probe.where()) {
      clause.anyOf().stream().map(Condition::left).forEach(operands::add);
    }
    TreeSet<Integer> indexes = new TreeSet<>();
    for (Operand each : operands) {
      Source source = each.source() instanceof Source.Memory memory ? memory.from() : each.source();
      if (source instanceof Source.Argument argument) {
        indexes.add(argument.index());
      }
    }
    return indexes;
  }
}
