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
    message = "only whole and floating-point numbers have a count; of bytes, write a size")
@ValidationRule(
    value =
        "!has(self.type) || !(self.type in ['f32', 'f64']) || has(self.value) || has(self.count)",
    fieldPath = ".type",
    message =
        "a probe cannot read floating-point registers; in memory it can, such as value: return->8")
@ValidationRule(
    value = "!has(self.value) || self.value.matches('^[*( ]*return([^A-Za-z_0-9]|$)')",
    fieldPath = ".value",
    message = "begins with return, such as return->8; list under args what an argument leads to")
public record ReturnSpec(
    @JsonPropertyDescription(
            "How the return value is read, as the type of an argument; i64 where it is left out and"
                + " value names no fields.")
        DataType type,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            "What is reached from the return value, such as return->16; as the value of an argument.")
        String value,
    @Min(1)
        @Max(64)
        @JsonPropertyDescription(
            "The return value is the address of so many numbers of the type, 1 to 64.")
        Integer count,
    @Min(1)
        @Max(4096)
        @JsonPropertyDescription(
            "The bytes that are kept of a string or of bytes, 1 to 4096; 64 where it is left out.")
        Integer size) {}
