package dev.uprobe.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.uprobe.distribution.Bucket;
import io.fabric8.generator.annotation.Min;
import java.util.OptionalLong;

/**
 * How many numbers fell into one bucket.
 *
 * @param min null where the bucket has no lower end, as {@code max} where it has no upper one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BucketReport(
    @JsonPropertyDescription("The least number of the bucket; left out where there is none.")
        Long min,
    @JsonPropertyDescription("The greatest number of the bucket; left out where there is none.")
        Long max,
    @Min(0) @JsonPropertyDescription("How many numbers fell into it.") long count) {

  /** Puts a bucket into the words of the API. */
  public static BucketReport of(Bucket bucket) {
    return new BucketReport(boxed(bucket.min()), boxed(bucket.max()), bucket.count());
  }

  private static Long boxed(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  /** Returns what this reports. */
  public Bucket bucket() {
    return new Bucket(optional(min), optional(max), count);
  }

  private static OptionalLong optional(Long number) {
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
