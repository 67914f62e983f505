package dev.uprobe.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/** The return value of a function. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
    value = "!has(self.size) || self.type in ['string', 'bytes']",
    fieldPath = ".size",
    message = "only a string and bytes have a size; leave size out")
public record ReturnSpec(
    @Default("i64")
        @JsonPropertyDescription("How the return value is read, as the type of an argument.")
        DataType type,
    @Min(1)
        @Max(4096)
        @JsonPropertyDescription(
            "The bytes that are kept of a string or of bytes, 1 to 4096; 64 where it is left out.")
        Integer size) {}
