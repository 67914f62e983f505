package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The return value of a function. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "!has(self.size) || !has(self.type) || self.type in ['string', 'bytes']",
    fieldPath = ".size",
    message = "only a string and bytes have a size; leave size out")
@ValidationRule(
    value =
        "!has(self.count) || !has(self.type)"
            + " || !(self.type in ['bool', 'char', 'pointer', 'string', 'bytes'])",
    fieldPath = ".count",
    message = "only integers and floating-point numbers have a count; for bytes, write a size")
@ValidationRule(
    value =
        "!has(self.type) || !(self.type in ['f32', 'f64']) || has(self.value) || has(self.count)",
    fieldPath = ".type",
    message =
        "a probe cannot read floating-point registers; in memory it can, such as value: return->8")
@ValidationRule(
    value = "!has(self.value) || self.value.matches('^[*( ]*return([^A-Za-z_0-9]|$)')",
    fieldPath = ".value",
    message =
        "must begin with return, such as return->8; a path that begins with an argument belongs under args")
public record ReturnSpec(
    @JsonPropertyDescription(
            "How to interpret the return value, as the type of an argument. Default: i64, or"
                + " the field's own type if value names fields.")
        DataType type,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "A path that starts at the return value, such as return->16. Same syntax as the"
                + " value of an argument.")
        String value,
    @Min(1)
        @Max(64)
        @JsonPropertyDescription(
            "Read an array of this many numbers, 1 to 64, from the address that the function"
                + " returns. Default: a single value.")
        Integer count,
    @Min(1)
        @Max(4096)
        @JsonPropertyDescription(
            "Maximum number of bytes to capture of a string or of bytes, 1 to 4096. Default:"
                + " 64.")
        Integer size) {}
