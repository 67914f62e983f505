package dev.uprobe.language.compile;

import dev.uprobe.api.v1alpha1.ProbeSpec;
import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The arguments of a static probe that a YAML mentions without listing them: {@code arg1} to {@code
 * arg12}, as numbers of the size and sign that the probe's own note gives them.
 */
final class UsdtValues {
  private static final Pattern MENTIONED = Pattern.compile("\\barg([1-9]|1[0-2])\\b");

  private UsdtValues() {}

  static List<Value> of(ProbeSpec spec) {
    List<String> texts = new ArrayList<>(spec.where());
    if (spec.message() != null) {
      texts.add(spec.message());
    }
    TreeSet<Integer> mentioned = new TreeSet<>();
    for (String text : texts) {
      Matcher each = MENTIONED.matcher(text);
      while (each.find()) {
        mentioned.add(Integer.parseInt(each.group(1)));
      }
    }
    return mentioned.stream()
        .map(
            index ->
                new Value(
                    "arg" + index,
                    new Operand(new Source.Argument(index), new ValueType.Whole(8, true))))
        .toList();
  }
}
