package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.ProbeType;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import dev.uprobe.language.gosignature.GoSignature;
import dev.uprobe.language.message.DefaultMessage;
import dev.uprobe.language.message.MessageParser;
import dev.uprobe.language.plan.Aggregation;
import dev.uprobe.language.plan.AttachPoint;
import dev.uprobe.language.plan.Clause;
import dev.uprobe.language.plan.Condition;
import dev.uprobe.language.plan.Convention;
import dev.uprobe.language.plan.FunctionTypes;
import dev.uprobe.language.plan.Limit;
import dev.uprobe.language.plan.MessageTemplate;
import dev.uprobe.language.plan.ProbePlan;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.scope.Scope;
import dev.uprobe.language.where.Contradiction;
import dev.uprobe.language.where.WhereCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Compiles one probe. */
final class ProbeCompiler {
  private static final int MAX_WHERE = 16;
  private static final int MAX_STACK = 64;
  private static final String CONTRADICTION =
      "this can never hold together with the entries before it, but all entries must hold; join"
          + " alternatives with \"or\" in one entry";
  private static final Set<Condition.Operator> ORDERS =
      Set.of(
          Condition.Operator.LESS,
          Condition.Operator.LESS_OR_EQUAL,
          Condition.Operator.GREATER,
          Condition.Operator.GREATER_OR_EQUAL);

  /**
   * A limit of the kernel's verifier: it follows every byte that a search may read, and some bytes
   * again if paths lead to the text.
   */
  private static final int MAX_REACH = 8 * 1024;

  private final ProbeSpec spec;
  private final ProbeType type;
  private final Optional<FunctionTypes> types;
  private final Problems problems;

  /**
   * @param types of the function; empty while no file is known
   */
  ProbeCompiler(ProbeSpec spec, Optional<FunctionTypes> types, Problems problems) {
    this.spec = spec;
    this.types = types;
    this.type = Objects.requireNonNullElse(spec.type(), ProbeType.ENTRY);
    this.problems = problems;
  }

  /** Returns the plan; empty if the probe is invalid, after recording why. */
  Optional<ProbePlan> compile() {
    int before = problems.count();
    checkNames();
    Optional<AttachPoint> place = new AttachPointCompiler(spec, type, problems).compile();
    checkBinary();
    checkStack();
    checkReturnProbe();
    if (types.isEmpty() && DeferredProbe.isNeededFor(spec)) {
      checkOpen(place);
      return problems.count() > before
          ? Optional.empty()
          : place.map(
              found ->
                  ProbePlan.open(
                          spec.name(),
                          type,
                          Optional.ofNullable(spec.binary()),
                          found,
                          stack(),
                          new DeferredProbe(spec))
                      .returnProbe(returnProbe()));
    }
    Optional<ProbeValues> captured = ProbeValues.of(spec, type, types, problems);
    if (captured.isEmpty()) {
      return Optional.empty();
    }
    String placeText = place.map(AttachPoint::text).orElse("");
    ProbeValues values = captured.get();
    Scope scope = new Scope(type, values.values(), values.unavailable());
    List<Clause> where = where(scope);
    Limit limit = Limits.of(spec.limit(), problems.at("limit"));
    Optional<Aggregation> aggregation =
        AggregateCompiler.compile(spec, values.values(), scope, problems);
    Optional<MessageTemplate> message =
        aggregation.isPresent()
            ? Optional.of(new MessageTemplate(List.of()))
            : message(values, scope, placeText);
    return problems.count() > before || message.isEmpty() || place.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ProbePlan(
                    spec.name(),
                    type,
                    Optional.ofNullable(spec.binary()),
                    place.get(),
                    convention(),
                    aggregation
                        .map(each -> AggregatedValues.of(each, where, values.values()))
                        .orElse(values.values()),
                    where,
                    aggregation.isPresent() ? Limit.NONE : limit,
                    aggregation,
                    stack(),
                    message.get())
                .returnProbe(returnProbe()));
  }

  private ReturnProbe returnProbe() {
    return Objects.requireNonNullElse(spec.returnProbe(), ReturnProbe.AUTO);
  }

  private void checkReturnProbe() {
    problems
        .at("returnProbe")
        .addIf(
            spec.returnProbe() != null && type == ProbeType.ENTRY,
            "a probe of type Entry sees no return; use type Return or Call");
  }

  private int stack() {
    return Objects.requireNonNullElse(spec.stack(), 0);
  }

  private Convention convention() {
    if (spec.usdt() != null) {
      return Convention.USDT;
    }
    return spec.signature() != null && GoSignature.isGo(spec.signature())
        ? Convention.GO
        : Convention.C;
  }

  private void checkNames() {
    if (spec.name() == null) {
      problems.at("name").add("a probe needs a name");
    } else if (!Names.isLabel(spec.name())) {
      problems.at("name").add(Names.LABEL_RULE);
    }
  }

  private void checkOpen(Optional<AttachPoint> place) {
    boolean isExplicit = !spec.args().isEmpty() || spec.returns() != null;
    problems
        .at("signature")
        .addIf(
            spec.signature() != null && isExplicit,
            "give either a signature, or args and returns, not both");
    boolean isUsdt = place.filter(AttachPoint.Usdt.class::isInstance).isPresent();
    problems
        .at(isExplicit ? "args" : "signature")
        .addIf(
            isUsdt,
            isExplicit
                ? "a USDT probe does not declare the types of its arguments; write offsets in bytes instead of"
                    + " names of fields"
                : "a USDT probe has no prototype; leave the signature out");
  }

  private void checkBinary() {
    if (spec.binary() != null) {
      FileNames.check(spec.binary(), problems.at("binary"));
    }
  }

  private void checkStack() {
    if (spec.stack() == null) {
      return;
    }
    problems
        .at("stack")
        .addIf(
            spec.stack() < 1 || spec.stack() > MAX_STACK,
            "an event shows 1 to %d frames, not %d".formatted(MAX_STACK, spec.stack()));
  }

  private List<Clause> where(Scope scope) {
    List<String> entries = spec.where();
    if (entries.size() > MAX_WHERE) {
      problems
          .at("where")
          .add("has at most " + MAX_WHERE + " entries, this one has " + entries.size());
      return List.of();
    }
    List<Clause> clauses = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      String entry = entries.get(i);
      int index = i;
      problems
          .at("where", i)
          .parse(() -> WhereCompiler.compile(entry, scope))
          .ifPresent(
              found -> {
                problems
                    .at("where", index)
                    .addIf(
                        ReturnCompiler.isUntyped(spec) && asksForSign(found),
                        ReturnCompiler.UNTYPED);
                boolean couldHold = !Contradiction.isIn(clauses);
                clauses.addAll(found);
                problems
                    .at("where", index)
                    .addIf(couldHold && Contradiction.isIn(clauses), CONTRADICTION);
              });
    }
    int conditions = clauses.stream().mapToInt(clause -> clause.anyOf().size()).sum();
    problems
        .at("where")
        .addIf(
            conditions > WhereCompiler.MAX_CONDITIONS,
            "a probe has at most %d conditions, this one has %d (a range counts as two)"
                .formatted(WhereCompiler.MAX_CONDITIONS, conditions));
    int reach =
        clauses.stream()
            .flatMap(each -> each.anyOf().stream())
            .mapToInt(ProbeCompiler::reach)
            .sum();
    problems
        .at("where")
        .addIf(
            reach > MAX_REACH,
            "searches up to %d bytes per call, the maximum is %d; give the strings that are searched"
                    .formatted(reach, MAX_REACH)
                + " a smaller size");
    return clauses;
  }

  /**
   * Returns whether clauses compare the return value in a way that depends on its width and sign.
   */
  private static boolean asksForSign(List<Clause> clauses) {
    return clauses.stream()
        .flatMap(each -> each.anyOf().stream())
        .anyMatch(
            each ->
                each instanceof Condition.Number number
                    && number.left().source() instanceof Source.ReturnValue
                    && (number.right() < 0 || ORDERS.contains(number.operator())));
  }

  private static int reach(Condition condition) {
    return condition instanceof Condition.Text text ? text.reach() : 0;
  }

  /** A default message that lists all values would hide that some are missing. */
  private void checkAllShown(ProbeValues values) {
    values
        .outOfReach()
        .forEach(
            (name, reason) ->
                problems
                    .at("signature")
                    .add(
                        "%s cannot be shown: %s; write a message without it, such as \"%s\""
                            .formatted(
                                name,
                                reason,
                                DefaultMessage.template(type, "function", values.values()))));
  }

  private Optional<MessageTemplate> message(ProbeValues values, Scope scope, String place) {
    if (spec.message() == null) {
      checkAllShown(values);
    }
    String template =
        spec.message() != null
            ? spec.message()
            : DefaultMessage.template(type, place, values.values());
    return problems.at("message").parse(() -> MessageParser.parse(template, scope));
  }
}
