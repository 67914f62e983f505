package dev.uprobe.language.yaml;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.uprobe.api.v1alpha1.ArgumentSpec;
import dev.uprobe.api.v1alpha1.HostTarget;
import dev.uprobe.api.v1alpha1.LabelSelector;
import dev.uprobe.api.v1alpha1.LimitSpec;
import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.api.v1alpha1.ReturnSpec;
import dev.uprobe.api.v1alpha1.Target;
import dev.uprobe.api.v1alpha1.UprobeTraceSpec;
import dev.uprobe.language.text.NearestNames;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Translates Jackson's errors into errors about fields of the YAML. */
final class FieldErrors {
  private static final int MAX_QUOTED = 40;
  private static final Map<Class<?>, String> NOUNS =
      Map.ofEntries(
          entry(TraceManifest.class, "a trace"),
          entry(TraceMetadata.class, "metadata"),
          entry(UprobeTraceSpec.class, "a trace's spec"),
          entry(Target.class, "a target"),
          entry(HostTarget.class, "a host target"),
          entry(LabelSelector.class, "a label selector"),
          entry(LabelSelector.Requirement.class, "a label expression"),
          entry(ProbeSpec.class, "a probe"),
          entry(ArgumentSpec.class, "an argument"),
          entry(ReturnSpec.class, "returns"),
          entry(LimitSpec.class, "a limit"));

  private final ObjectMapper mapper;

  FieldErrors(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** Returns the path of the field that an exception is about. */
  static String path(JsonMappingException exception) {
    String path = FieldPaths.ROOT;
    for (JsonMappingException.Reference reference : exception.getPath()) {
      path =
          reference.getFieldName() == null
              ? FieldPaths.item(path, reference.getIndex())
              : FieldPaths.field(path, reference.getFieldName());
    }
    return path;
  }

  /** Returns a sentence that explains an exception and begins with the path of the field. */
  String explain(JsonMappingException exception, JsonNode document) {
    String path = path(exception);
    if (exception instanceof UnrecognizedPropertyException unknown) {
      return unknownField(path, unknown);
    }
    String expected =
        exception instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
            ? expected(mismatch.getTargetType())
            : "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
    return path + ": expected " + expected + ", found " + found(exception, document);
  }

  private static String unknownField(String path, UnrecognizedPropertyException exception) {
    List<String> known =
        exception.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
    String hint = NearestNames.hint(exception.getPropertyName(), known);
    return path
        + " is not a field of "
        + NOUNS.getOrDefault(exception.getReferringClass(), "its parent")
        + (hint.isEmpty() ? " (known fields: " + String.join(", ", known) + ")" : hint);
  }

  private String expected(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> mapper.valueToTree(constant).asText())
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == Integer.class) {
      return "a whole number";
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "text";
    }
    return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
  }

  private static String found(JsonMappingException exception, JsonNode document) {
    JsonNode node = document;
    for (JsonMappingException.Reference reference : exception.getPath()) {
      node =
          reference.getFieldName() == null
              ? node.path(reference.getIndex())
              : node.path(reference.getFieldName());
    }
    return found(node);
  }

  static String found(JsonNode node) {
    String text = node.asText();
    String quoted = text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "..." : text;
    return switch (node.getNodeType()) {
      case STRING -> "the text \"" + quoted + "\"";
      case NUMBER -> "the number " + quoted;
      case BOOLEAN -> quoted;
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      default -> "nothing";
    };
  }
}
