package dev.uprobe.v1alpha1;

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
    value = "!has(self.size) || self.type in ['string', 'bytes']",
    fieldPath = ".size",
    message = "only a string and bytes have a size; leave size out")
@ValidationRule(
    value = "!has(self.length) || self.type == 'bytes'",
    fieldPath = ".length",
    message = "only bytes have a length; leave length out, or write type: bytes")
@ValidationRule(
    value = "self.name != 'return'",
    fieldPath = ".name",
    message = "\"return\" is the name of the return value; name the argument differently")
public record ArgumentSpec(
    @Required
        @Size(min = 1, max = 63)
        @Pattern("^[A-Za-z_][A-Za-z_0-9]*$")
        @JsonPropertyDescription(
            "The name under which where and message use the argument; unique in its probe.")
        String name,
    @Min(1)
        @Max(16)
        @JsonPropertyDescription(
            "Which argument it is, from 1; its place in the list where it is left out. Integer and"
                + " pointer arguments count, floating-point ones do not.")
        Integer index,
    @Required
        @JsonPropertyDescription(
            "How the argument is read: a whole number of 8 to 64 bits, signed (i) or unsigned (u),"
                + " bool, char, pointer, string (up to its NUL), or bytes.")
        DataType type,
    @Min(1)
        @Max(4096)
        @JsonPropertyDescription(
            "The bytes that are kept of a string or of bytes, 1 to 4096; 64 where it is left out.")
        Integer size,
    @Size(min = 1, max = 63)
        @Pattern("^[A-Za-z_][A-Za-z_0-9]*$")
        @JsonPropertyDescription("The argument that says how many bytes there are; for bytes only.")
        String length) {}
