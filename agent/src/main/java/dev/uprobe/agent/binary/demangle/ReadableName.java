package dev.uprobe.agent.binary.demangle;

/**
 * A function's name as its programmer writes it.
 *
 * @param name without parameters: {@code std::max<int>}, {@code cart::Cart::charge}
 * @param plain the name without template arguments and ABI tags: {@code std::max}
 * @param parameters with their parentheses, and what stands behind them: {@code (int) const}; empty
 *     where the mangled name does not say
 * @param result what the function returns, with a space behind; empty where the mangled name does
 *     not say, which it does for templates
 * @param suffix what a compiler has appended to the symbol, such as {@code .constprop.0}; empty for
 *     the function itself
 */
public record ReadableName(
    String name, String plain, String parameters, String result, String suffix) {

  /** Returns the name with its parameters. */
  public String full() {
    return name + parameters + (suffix.isEmpty() ? "" : " [clone " + suffix + "]");
  }
}
