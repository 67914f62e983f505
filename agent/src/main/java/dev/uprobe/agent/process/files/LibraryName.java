package dev.uprobe.agent.process.files;

import java.util.regex.Pattern;

/**
 * A library as users of bcc and of the linker's {@code -l} name it: {@code c}, {@code ssl}, {@code
 * libssl}, or with its file name {@code libc.so.6}.
 *
 * @param text what the user wrote
 */
public record LibraryName(String text) {
  private static final String VERSION = "[0-9][0-9A-Za-z._]*";
  private static final Pattern MUSL = Pattern.compile("(ld-musl-|libc\\.musl-).+\\.so(\\.1)?");

  /** Whether what a user wrote names a library; anything with a slash is a path. */
  public static boolean isLibrary(String binary) {
    return !binary.isEmpty() && !binary.contains("/");
  }

  /** Whether a file of this name, without its folder, is the library. */
  public boolean matches(String fileName) {
    if (text.matches(".*\\.so(\\..*)?")) {
      return fileName.matches(Pattern.quote(text) + "(\\." + VERSION + ")?");
    }
    String stem = text.startsWith("lib") ? text : "lib" + text;
    return hasStem(fileName, stem)
        || hasStem(fileName, "lib" + text)
        || stem.equals("libc") && MUSL.matcher(fileName).matches();
  }

  /** What users call a library with this file name: {@code ssl} for {@code libssl.so.3}. */
  static String shortName(String fileName) {
    String stem = fileName.replaceFirst("\\.so(\\..*)?$", "");
    return stem.startsWith("lib") ? stem.substring(3) : stem;
  }

  /** {@code libc.so}, {@code libc.so.6}, {@code libc-2.31.so} or {@code libglib-2.0.so.0}. */
  private static boolean hasStem(String fileName, String stem) {
    return fileName.startsWith(stem)
        && fileName
            .substring(stem.length())
            .matches("(-" + VERSION + ")?\\.so(\\." + VERSION + ")?");
  }
}
