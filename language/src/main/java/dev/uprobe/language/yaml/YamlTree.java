package dev.uprobe.language.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Converts a YAML document to a JSON tree, and records the position of each field. */
final class YamlTree {
  /** Maximum number of values in one document, with aliases expanded. */
  private static final int MAX_NODES = 100_000;

  private static final int MAX_DEPTH = 50;
  private static final Pattern DECIMAL = Pattern.compile("[-+]?(?:0|[1-9][0-9]{0,99})");
  private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,99}");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String source;
  private final Map<String, Position> positions = new HashMap<>();
  private int count;

  YamlTree(String source) {
    this.source = source;
  }

  /** Returns where each field begins, by its path. */
  Map<String, Position> positions() {
    return positions;
  }

  JsonNode of(Node document) throws UnreadableTraceException {
    positions.put(FieldPaths.ROOT, Position.of(document.getStartMark()));
    return convert(document, FieldPaths.ROOT, 0);
  }

  private JsonNode convert(Node node, String path, int depth) throws UnreadableTraceException {
    if (++count > MAX_NODES || depth > MAX_DEPTH) {
      throw wrong(
          node, "the document is too large or too deeply nested, or its aliases make it so");
    }
    if (node instanceof MappingNode mapping && Tag.MAP.equals(node.getTag())) {
      return object(mapping, path, depth);
    }
    if (node instanceof SequenceNode sequence && Tag.SEQ.equals(node.getTag())) {
      ArrayNode array = NODES.arrayNode();
      List<Node> items = sequence.getValue();
      for (int i = 0; i < items.size(); i++) {
        String itemPath = FieldPaths.item(path, i);
        positions.put(itemPath, Position.of(items.get(i).getStartMark()));
        array.add(convert(items.get(i), itemPath, depth + 1));
      }
      return array;
    }
    if (node instanceof ScalarNode scalar) {
      return scalar(scalar);
    }
    throw wrong(node, "the YAML tag " + node.getTag().getValue() + " has no meaning here");
  }

  private ObjectNode object(MappingNode mapping, String path, int depth)
      throws UnreadableTraceException {
    ObjectNode object = NODES.objectNode();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw wrong(tuple.getKeyNode(), "the name of a field must be a word");
      }
      String fieldPath = FieldPaths.field(path, key.getValue());
      Position position = Position.of(key.getStartMark());
      if (object.has(key.getValue())) {
        throw new UnreadableTraceException(
            source,
            position,
            fieldPath + " is given twice, first in line " + positions.get(fieldPath).line());
      }
      positions.put(fieldPath, position);
      object.set(key.getValue(), convert(tuple.getValueNode(), fieldPath, depth + 1));
    }
    return object;
  }

  private JsonNode scalar(ScalarNode node) throws UnreadableTraceException {
    String text = node.getValue();
    Tag tag = node.getTag();
    if (Tag.NULL.equals(tag)) {
      return NODES.nullNode();
    }
    if (Tag.BOOL.equals(tag)) {
      return NODES.booleanNode(isTrue(text));
    }
    if (Tag.INT.equals(tag)) {
      return whole(node, text);
    }
    if (Tag.FLOAT.equals(tag)) {
      return fraction(text);
    }
    if (Tag.STR.equals(tag) || Tag.TIMESTAMP.equals(tag) || Tag.MERGE.equals(tag)) {
      return NODES.textNode(text);
    }
    throw wrong(node, "the YAML tag " + tag.getValue() + " has no meaning here");
  }

  /** YAML 1.1, which Kubernetes reads, has more words for true than one. */
  private static boolean isTrue(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      default -> false;
    };
  }

  private JsonNode whole(ScalarNode node, String text) throws UnreadableTraceException {
    if (DECIMAL.matcher(text).matches()) {
      return NODES.numberNode(new BigInteger(text));
    }
    if (HEX.matcher(text).matches()) {
      return NODES.numberNode(new BigInteger(text.substring(2), 16));
    }
    throw wrong(
        node, text + " can be misread; write a number in plain decimal digits, a text in quotes");
  }

  private static JsonNode fraction(String text) {
    try {
      return NODES.numberNode(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return NODES.textNode(text);
    }
  }

  private UnreadableTraceException wrong(Node node, String reason) {
    return new UnreadableTraceException(source, Position.of(node.getStartMark()), reason);
  }
}
