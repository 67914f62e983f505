package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** A function to trace, and what to capture of its calls. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value =
        "[has(self.symbol), has(self.symbols) && size(self.symbols) > 0, has(self.address),"
            + " has(self.usdt)].filter(given, given).size() == 1",
    message = "give exactly one of symbol, symbols, address and usdt: where the probe sits")
@ValidationRule(
    value = "!has(self.offset) || has(self.symbol)",
    fieldPath = ".offset",
    message = "an offset counts from a function's first instruction; give symbol too")
@ValidationRule(
    value = "!has(self.offset) || self.offset == 0 || self.type == 'Entry'",
    fieldPath = ".offset",
    message = "an instruction inside of a function neither is called nor returns; use type Entry")
@ValidationRule(
    value =
        "!has(self.signature) || (!has(self.returns) && (!has(self.args) || size(self.args) == 0))",
    fieldPath = ".signature",
    message = "give either a signature, or args and returns, not both")
@ValidationRule(
    value =
        "self.type != 'Return' || !has(self.args)"
            + " || self.args.all(a, has(a.value) && a.value.matches('^[*( ]*return([^A-Za-z_0-9]|$)'))",
    fieldPath = ".args",
    message = "a probe of type Return no longer sees the arguments; use type Call")
@ValidationRule(
    value =
        "self.type == 'Call' || !has(self.args) || self.args.all(a, !has(a.at) || a.at != 'return')",
    fieldPath = ".args",
    message = "only a probe of type Call reads arguments at the return; use type Call")
@ValidationRule(
    value = "self.type != 'Entry' || !has(self.returns)",
    fieldPath = ".returns",
    message = "a probe of type Entry has no return value; use type Return or Call")
@ValidationRule(
    value = "self.type != 'Entry' || !has(self.returnProbe)",
    fieldPath = ".returnProbe",
    message = "a probe of type Entry sees no return; use type Return or Call")
@ValidationRule(
    value =
        "self.type != 'Entry' || !has(self.message)"
            + " || !self.message.matches('(^|[^{])([{][{])*[{] *return *[}]')",
    fieldPath = ".message",
    message = "a probe of type Entry has no return value to show; use type Return or Call")
@ValidationRule(
    value =
        "self.type == 'Call' || has(self.signature) || !has(self.message)"
            + " || (has(self.args) && self.args.exists(a, a.name == 'duration'))"
            + " || !self.message.matches('(^|[^{])([{][{])*[{] *duration *[}]')",
    fieldPath = ".message",
    message = "only a probe of type Call has a duration to show; use type Call")
@ValidationRule(
    value =
        "self.type != 'Entry' || !has(self.where)"
            + " || !self.where.exists(w, w.matches('^ *return([^A-Za-z_0-9]|$)'))",
    fieldPath = ".where",
    message = "a probe of type Entry has no return value to compare; use type Return or Call")
@ValidationRule(
    value =
        "self.type == 'Call' || has(self.signature) || !has(self.where)"
            + " || (has(self.args) && self.args.exists(a, a.name == 'duration'))"
            + " || !self.where.exists(w, w.matches('^ *duration([^A-Za-z_0-9]|$)'))",
    fieldPath = ".where",
    message = "only a probe of type Call has a duration to compare; use type Call")
@ValidationRule(
    value = "!has(self.aggregate) || !has(self.message)",
    fieldPath = ".message",
    message = "aggregate emits no events that a message could show; remove one of the two")
@ValidationRule(
    value = "!has(self.aggregate) || !has(self.limit)",
    fieldPath = ".limit",
    message = "aggregate emits no events that could be limited; remove one of the two")
@ValidationRule(
    value = "!has(self.aggregate) || !has(self.stack)",
    fieldPath = ".stack",
    message = "aggregate emits no events that could show a stack; remove one of the two")
@ValidationRule(
    value =
        "self.type == 'Call' || !has(self.aggregate) || !has(self.aggregate.histogram)"
            + " || self.aggregate.histogram != 'duration' || has(self.signature)"
            + " || (has(self.args) && self.args.exists(a, a.name == 'duration'))",
    fieldPath = ".aggregate.histogram",
    message = "only a probe of type Call has a duration; use type Call")
@ValidationRule(
    value =
        "self.type != 'Entry' || !has(self.aggregate)"
            + " || ((!has(self.aggregate.histogram) || self.aggregate.histogram != 'return')"
            + " && (!has(self.aggregate.by) || !('return' in self.aggregate.by)))",
    fieldPath = ".aggregate",
    message = "a probe of type Entry has no return value; use type Return or Call")
public record ProbeSpec(
    @Required
        @Size(min = 1, max = 63)
        @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription(
            "Name of the probe in events and in the status. Must be unique in the trace.")
        String name,
    @Size(min = 1, max = 4095)
        @JsonPropertyDescription(
            "File that contains the function: a path in the container, such as"
                + " /app/bin/checkout, or the name of a library, such as c, ssl or libc.so.6."
                + " Default: the executables of the target's processes.")
        String binary,
    @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            "Name of the function, or a glob such as SSL_*. C++ and Rust names can be mangled"
                + " or demangled.")
        String symbol,
    @Size(max = 64)
        @JsonPropertyDescription(
            "Several functions, instead of symbol. Each entry is written like symbol.")
        List<@Size(min = 1, max = 1024) String> symbols,
    @Min(0)
        @JsonPropertyDescription(
            "Put the probe this many bytes after the function's first instruction. It must be"
                + " the first byte of an instruction. Requires symbol and type Entry. Default: 0.")
        Long offset,
    @Min(0)
        @JsonPropertyDescription(
            "Put the probe on the instruction at this address, as nm and objdump show it. Use"
                + " it instead of symbol.")
        Long address,
    @Size(min = 3, max = 255)
        @Pattern("^[^: \\t\\r\\n]+:[^ \\t\\r\\n]+$")
        @JsonPropertyDescription(
            "A static probe (USDT) that the program's author placed in the code, as"
                + " provider:name. Use it instead of symbol.")
        String usdt,
    @Default("Entry")
        @JsonPropertyDescription(
            "When to emit an event. Entry: when the function is called, with its arguments."
                + " Return: when it returns, with its return value. Call: when it returns, with its"
                + " arguments, return value and duration. Default: Entry.")
        ProbeType type,
    @Size(min = 1, max = 4096)
        @JsonPropertyDescription(
            "Prototype of the function. It gives the names and types of the arguments and the"
                + " return value. For C, as in a header or man page, such as int charge_card(const"
                + " char *customer, unsigned long cents). For Go, the declaration, such as func (c"
                + " *Cart) Charge(customer string, cents int) error. auto reads the prototype from"
                + " the debug information (DWARF) of the binary or of its separate debug file.")
        String signature,
    @Size(max = 16)
        @JsonPropertyDescription("Arguments to capture. Use either args and returns, or signature.")
        List<ArgumentSpec> args,
    @JsonPropertyDescription("Return value to capture. Use either args and returns, or signature.")
        ReturnSpec returns,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Emit an event only if all of these conditions hold, such as cents >= 1000 or"
                + " duration > 10ms. They are evaluated in the kernel. Calls that do not match cost"
                + " little and are counted as filtered.")
        List<@Size(min = 1, max = 1024) String> where,
    @JsonPropertyDescription(
            "Rate limit and sampling, applied in the kernel. Default: at most 1000 events per"
                + " second on each node.")
        LimitSpec limit,
    @JsonPropertyDescription(
            "Aggregate calls in the kernel, as counts or histograms, instead of emitting an"
                + " event for each call.")
        AggregateSpec aggregate,
    @Min(1)
        @Max(64)
        @JsonPropertyDescription(
            "Maximum number of stack frames to capture with each event, 1 to 64. Default: no"
                + " stack.")
        Integer stack,
    @JsonPropertyDescription(
            "How to detect that a function returns. Auto: use a uretprobe only for functions"
                + " where it is known to be safe, and probe the return instructions of all others."
                + " Trampoline: always use a uretprobe; this is faster, but the program crashes if"
                + " an exception passes through the function or the function switches stacks."
                + " Instructions: always probe the return instructions. Default: Auto.")
        ReturnProbe returnProbe,
    @Size(max = 4096)
        @JsonPropertyDescription(
            "Text of an event, such as charged {cents} cents -> {return} in {duration}."
                + " Default: a list of all captured values.")
        String message) {

  public ProbeSpec {
    symbols = symbols == null ? List.of() : List.copyOf(symbols);
    args = args == null ? List.of() : List.copyOf(args);
    where = where == null ? List.of() : List.copyOf(where);
  }

  /** Returns the same probe with another signature. */
  public ProbeSpec withSignature(String other) {
    return new ProbeSpec(
        name,
        binary,
        symbol,
        symbols,
        offset,
        address,
        usdt,
        type,
        other,
        args,
        returns,
        where,
        limit,
        aggregate,
        stack,
        returnProbe,
        message);
  }
}
