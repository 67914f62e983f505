package dev.uprobe.language.message;

import dev.uprobe.language.plan.MessageTemplate;
import dev.uprobe.language.plan.MessageTemplate.Literal;
import dev.uprobe.language.plan.MessageTemplate.Part;
import dev.uprobe.language.plan.MessageTemplate.Reference;
import dev.uprobe.language.scope.Scope;
import dev.uprobe.language.text.SyntaxException;
import java.util.ArrayList;
import java.util.List;

/** Parses templates: <code>{name}</code> is a value, <code>{{</code> and <code>}}</code> braces. */
public final class MessageParser {
  private static final int MAX_LENGTH = 4096;

  private MessageParser() {}

  /**
   * Parses a template.
   *
   * @throws SyntaxException for a brace without its partner, or a name that is not in scope
   */
  public static MessageTemplate parse(String template, Scope scope) {
    if (template.length() > MAX_LENGTH) {
      throw new SyntaxException(
          MAX_LENGTH + 1, "a message has at most " + MAX_LENGTH + " characters");
    }
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < template.length()) {
      char c = template.charAt(at);
      if (c != '{' && c != '}') {
        literal.append(c);
        at++;
      } else if (template.startsWith(String.valueOf(c).repeat(2), at)) {
        literal.append(c);
        at += 2;
      } else {
        Reference reference = reference(template, at, scope);
        addLiteral(literal, parts);
        parts.add(reference);
        at = template.indexOf('}', at) + 1;
      }
    }
    addLiteral(literal, parts);
    return new MessageTemplate(parts);
  }

  private static Reference reference(String template, int open, Scope scope) {
    int close = template.indexOf('}', open);
    if (close == open) {
      throw new SyntaxException(open + 1, "\"}\" without \"{\"; write a brace as \"}}\"");
    }
    if (close < 0) {
      throw new SyntaxException(open + 1, "\"{\" without \"}\"; write a brace as \"{{\"");
    }
    String name = template.substring(open + 1, close).strip();
    if (name.isEmpty()) {
      throw new SyntaxException(open + 1, "\"{}\" without a name; write braces as \"{{}}\"");
    }
    if (!scope.canShow(name)) {
      throw new SyntaxException(open + 2, scope.whyNotShown(name));
    }
    return new Reference(name);
  }

  private static void addLiteral(StringBuilder literal, List<Part> parts) {
    if (!literal.isEmpty()) {
      parts.add(new Literal(literal.toString()));
      literal.setLength(0);
    }
  }
}
