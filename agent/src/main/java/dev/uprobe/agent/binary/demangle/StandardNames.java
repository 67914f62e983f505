package dev.uprobe.agent.binary.demangle;

/** Nobody calls the standard library's strings and streams by their whole names. */
final class StandardNames {
  private static final String TRAITS = "<char, std::char_traits<char> >";
  private static final String STRING =
      "basic_string<char, std::char_traits<char>, std::allocator<char> >";

  private StandardNames() {}

  /** Returns a text with {@code std::string} and the like in place of what they stand for. */
  static String shortened(String text) {
    if (!text.contains("std::char_traits<char>")) {
      return text;
    }
    return text.replace("std::__cxx11::" + STRING, "std::string")
        .replace("std::" + STRING, "std::string")
        .replace("std::basic_istream" + TRAITS, "std::istream")
        .replace("std::basic_ostream" + TRAITS, "std::ostream")
        .replace("std::basic_iostream" + TRAITS, "std::iostream");
  }
}
