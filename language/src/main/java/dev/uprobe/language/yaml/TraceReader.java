package dev.uprobe.language.yaml;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/** Reads traces from a stream of YAML documents, or from JSON. */
public final class TraceReader {
  /** The most bytes that are read. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final Pattern INDENTATION = Pattern.compile("^[ \t]++", Pattern.MULTILINE);

  private final ObjectMapper mapper =
      JsonMapper.builder()
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .withCoercionConfigDefaults(
              config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
          .build();

  private final FieldErrors fieldErrors = new FieldErrors(mapper);

  /**
   * Reads all traces of a file.
   *
   * @param source the file's name, as messages give it
   * @return at least one trace
   * @throws UnreadableTraceException at the first error in the file
   */
  public List<TraceDocument> read(String source, InputStream in)
      throws IOException, UnreadableTraceException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new UnreadableTraceException(source, "the file is larger than 1 MiB");
    }
    return read(source, decoded(source, bytes));
  }

  private List<TraceDocument> read(String source, String text) throws UnreadableTraceException {
    List<TraceDocument> traces = new ArrayList<>();
    try {
      for (Node document : new Yaml(limits()).composeAll(new StringReader(indented(text)))) {
        if (!Tag.NULL.equals(document.getTag())) {
          traces.add(trace(source, document));
        }
      }
    } catch (MarkedYAMLException e) {
      String problem = Optional.ofNullable(e.getProblem()).orElse("this cannot be understood");
      throw e.getProblemMark() == null
          ? new UnreadableTraceException(source, "not valid YAML: " + problem)
          : new UnreadableTraceException(
              source, Position.of(e.getProblemMark()), "not valid YAML: " + problem);
    } catch (ReaderException e) {
      throw new UnreadableTraceException(
          source,
          "the character U+%04X at offset %d is not allowed in YAML"
              .formatted(e.getCodePoint(), e.getPosition()));
    } catch (YAMLException e) {
      throw new UnreadableTraceException(source, "not valid YAML: " + e.getMessage());
    }
    if (traces.isEmpty()) {
      throw new UnreadableTraceException(source, "the file is empty; expected a UprobeTrace");
    }
    return traces;
  }

  /** JSON may be indented with tabs, YAML may not. */
  private static String indented(String text) {
    return text.stripLeading().startsWith("{")
        ? INDENTATION.matcher(text).replaceAll(match -> match.group().replace('\t', ' '))
        : text;
  }

  private static LoaderOptions limits() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_BYTES);
    options.setNestingDepthLimit(50);
    options.setMaxAliasesForCollections(50);
    return options;
  }

  private static String decoded(String source, byte[] bytes) throws UnreadableTraceException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new UnreadableTraceException(source, "the file is not UTF-8 text");
    }
  }

  private TraceDocument trace(String source, Node document) throws UnreadableTraceException {
    YamlTree tree = new YamlTree(source);
    JsonNode json = tree.of(document);
    if (!json.isObject()) {
      throw new UnreadableTraceException(
          source,
          tree.positions().get(FieldPaths.ROOT),
          "expected a UprobeTrace, found " + FieldErrors.found(json));
    }
    check(source, tree, json, "apiVersion", TraceManifest.API_VERSION);
    check(source, tree, json, "kind", TraceManifest.KIND);
    try {
      return new TraceDocument(
          mapper.treeToValue(json, TraceManifest.class), source, tree.positions());
    } catch (JsonMappingException e) {
      throw new UnreadableTraceException(
          source,
          FieldPaths.nearest(FieldErrors.path(e), tree.positions()),
          fieldErrors.explain(e, json));
    } catch (JsonProcessingException e) {
      throw new UnreadableTraceException(source, "no valid trace");
    }
  }

  private static void check(
      String source, YamlTree tree, JsonNode json, String field, String expected)
      throws UnreadableTraceException {
    JsonNode found = json.path(field);
    if (!found.isTextual() || !found.textValue().equals(expected)) {
      throw new UnreadableTraceException(
          source,
          FieldPaths.nearest(field, tree.positions()),
          "%s: expected %s, found %s".formatted(field, expected, FieldErrors.found(found)));
    }
  }
}
