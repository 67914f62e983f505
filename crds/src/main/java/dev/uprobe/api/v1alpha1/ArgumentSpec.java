package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One argument of a function. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "!has(self.size) || !has(self.type) || self.type in ['string', 'bytes']",
    fieldPath = ".size",
    message = "only a string and bytes have a size; leave size out")
@ValidationRule(
    value = "!has(self.length) || (has(self.type) && self.type in ['string', 'bytes'])",
    fieldPath = ".length",
    message = "only a string and bytes have a length; leave length out")
@ValidationRule(
    value =
        "!has(self.count) || !has(self.type)"
            + " || !(self.type in ['bool', 'char', 'pointer', 'string', 'bytes'])",
    fieldPath = ".count",
    message = "only integers and floating-point numbers have a count; for bytes, write a size")
@ValidationRule(
    value = "has(self.type) || (has(self.value) && self.value.matches('(->|[.]) *[A-Za-z_]'))",
    message =
        "an argument needs a type, such as i32, u64, string or pointer; only a value that names"
            + " fields has one by itself")
@ValidationRule(
    value = "!has(self.index) || !has(self.value)",
    fieldPath = ".value",
    message = "give either index or value; value: arg1->8 says which argument it begins with")
@ValidationRule(
    value =
        "!has(self.length) || self.length != 'return' || (has(self.at) && self.at == 'return')"
            + " || (has(self.value) && self.value.startsWith('return'))",
    fieldPath = ".length",
    message = "the return value is known at the return only; write at: return too")
@ValidationRule(
    value =
        "!has(self.type) || !(self.type in ['f32', 'f64']) || has(self.value) || has(self.count)",
    fieldPath = ".type",
    message =
        "a probe cannot read floating-point registers; in memory it can, such as value: arg1->8")
@ValidationRule(
    value =
        "!has(self.at) || self.at != 'return' || has(self.value) || has(self.count)"
            + " || (has(self.type) && self.type in ['string', 'bytes'])",
    fieldPath = ".at",
    message = "the argument itself is the same at the return; at: return is for what it points to")
@ValidationRule(
    value = "self.name != 'return'",
    fieldPath = ".name",
    message = "\"return\" is the name of the return value; name the argument differently")
public record ArgumentSpec(
    @Required
        @Size(min = 1, max = 63)
        @Pattern("^[A-Za-z_][A-Za-z_0-9]*$")
        @JsonPropertyDescription(
            "Name of the argument in where and message. Must be unique in the probe.")
        String name,
    @Min(1)
        @Max(16)
        @JsonPropertyDescription(
            "Which argument to read, from 1. Counts integer and pointer arguments, not"
                + " floating-point ones. Default: the position in the list, not counting entries"
                + " that have a value.")
        Integer index,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "A path that starts at an argument or at the return value, instead of index."
                + " Offsets are in bytes: arg1->16 is the data 16 bytes after the address in"
                + " argument 1; arg1->16->8 follows the pointer stored there; *arg2 is what"
                + " argument 2 points to; arg1[3] is the fourth element; arg1 + 16 is the address"
                + " itself. Fields can be named, as in arg1->next->name, if the binary or its"
                + " separate debug file has debug information (DWARF).")
        String value,
    @JsonPropertyDescription(
            "When to read the argument: at the function's entry, or at its return, for data"
                + " that the function fills in. return requires a probe of type Call. Default:"
                + " entry.")
        CapturePoint at,
    @JsonPropertyDescription(
            "How to interpret the argument: an integer of 8 to 64 bits, signed (i) or unsigned"
                + " (u); a floating-point number in memory (f32, f64); bool; char; pointer; string"
                + " (up to its NUL, or of the given length); or bytes. Optional if value names"
                + " fields.")
        DataType type,
    @Min(1)
        @Max(64)
        @JsonPropertyDescription(
            "Read an array of this many numbers, 1 to 64, from the address in the argument."
                + " Default: a single value.")
        Integer count,
    @Min(1)
        @Max(4096)
        @JsonPropertyDescription(
            "Maximum number of bytes to capture of a string or of bytes, 1 to 4096. Default:"
                + " 64.")
        Integer size,
    @Size(min = 1, max = 63)
        @Pattern("^[A-Za-z_][A-Za-z_0-9]*$")
        @JsonPropertyDescription(
            "The argument that holds the length in bytes, or return. For bytes, and for strings"
                + " that do not end with a NUL.")
        String length) {}
