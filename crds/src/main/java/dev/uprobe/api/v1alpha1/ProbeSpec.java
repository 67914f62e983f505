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

/** A function to trace, and what to say about its calls. */
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
    message = "aggregate sends no events that a message could show; remove one of the two")
@ValidationRule(
    value = "!has(self.aggregate) || !has(self.limit)",
    fieldPath = ".limit",
    message = "aggregate sends no events that could be limited; remove one of the two")
@ValidationRule(
    value = "!has(self.aggregate) || !has(self.stack)",
    fieldPath = ".stack",
    message = "aggregate sends no events that could show a stack; remove one of the two")
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
            "The probe's name in events and in the status; unique in its trace.")
        String name,
    @Size(min = 1, max = 4095)
        @JsonPropertyDescription(
            "Where the function is: a path in the container, such as /app/bin/checkout, or a"
                + " library's name, such as c, ssl or libc.so.6. Where it is left out, the"
                + " executables of the target's processes.")
        String binary,
    @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            "The function's name, or a glob such as SSL_*. C++ and Rust names can be written mangled"
                + " or demangled.")
        String symbol,
    @Size(max = 64)
        @JsonPropertyDescription("Several functions, each as symbol has it; instead of symbol.")
        List<@Size(min = 1, max = 1024) String> symbols,
    @Min(0)
        @JsonPropertyDescription(
            "How many bytes behind the function's first instruction the probe sits; it must be the"
                + " beginning of an instruction. Only with symbol, and type Entry.")
        Long offset,
    @Min(0)
        @JsonPropertyDescription(
            "The instruction at which the probe sits, by its address as nm and objdump show it;"
                + " instead of symbol.")
        Long address,
    @Size(min = 3, max = 255)
        @Pattern("^[^: \\t\\r\\n]+:[^ \\t\\r\\n]+$")
        @JsonPropertyDescription(
            "A static probe that the program's author has put there, as provider:name; instead of"
                + " symbol.")
        String usdt,
    @Default("Entry")
        @JsonPropertyDescription(
            "When an event is sent. Entry: when the function is called, with its arguments. Return:"
                + " when it returns, with its return value. Call: when it returns, with the"
                + " arguments of the call, the return value and the duration.")
        ProbeType type,
    @Size(min = 1, max = 4096)
        @JsonPropertyDescription(
            "The function's C prototype, as in its header or man page, such as"
                + " int charge_card(const char *customer, unsigned long cents). It names and types"
                + " the arguments and the return value. Of a function of Go, its declaration, such as"
                + " func (c *Cart) Charge(customer string, cents int) error. auto takes the prototype"
                + " from the debug information (DWARF) of the binary or of its separate debug file.")
        String signature,
    @Size(max = 16) @JsonPropertyDescription("The arguments to capture, instead of a signature.")
        List<ArgumentSpec> args,
    @JsonPropertyDescription("The return value to capture, instead of a signature.")
        ReturnSpec returns,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Conditions that must all hold for a call to become an event, such as cents >= 1000 or"
                + " duration > 10ms. The kernel decides them; what they drop costs little and is"
                + " counted as filtered.")
        List<@Size(min = 1, max = 1024) String> where,
    @JsonPropertyDescription("How many events are sent; the kernel decides.") LimitSpec limit,
    @JsonPropertyDescription(
            "Counts or distributions that the kernel keeps, instead of an event for each call.")
        AggregateSpec aggregate,
    @Min(1)
        @Max(64)
        @JsonPropertyDescription(
            "How many frames of the calling functions an event shows; none where it is left out.")
        Integer stack,
    @JsonPropertyDescription(
            "How functions are seen to return. Auto, the default: by their return instructions, but"
                + " for functions that surely bear a return address of the kernel's on the stack."
                + " Trampoline: by such an address always, which is quicker, and ends a program in"
                + " which an exception passes a function or that changes stacks in it."
                + " Instructions: by return instructions always.")
        ReturnProbe returnProbe,
    @Size(max = 4096)
        @JsonPropertyDescription(
            "How an event reads as text, such as charged {cents} cents -> {return} in {duration}."
                + " Where it is left out, all captured values are listed.")
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
