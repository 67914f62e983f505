package dev.uprobe.language.text;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Formats errors as readable sentences. */
public final class Sentence {
  private static final Pattern END = Pattern.compile("[.\\s]+$");
  private static final Pattern ENDS_WELL = Pattern.compile("[.?!]\\)?$");

  private Sentence() {}

  /** Returns a text that ends with one full stop, or with its own punctuation mark. */
  public static String of(String text) {
    String stripped = text.strip();
    return ENDS_WELL.matcher(stripped).find() && !stripped.endsWith("..")
        ? stripped
        : withoutEnd(stripped) + ".";
  }

  /**
   * Returns the cause of a failure, as a clause without a full stop that can follow a colon. It is
   * never empty, although many exceptions of the JDK have no message, or only a path.
   */
  public static String reason(Throwable failure) {
    if (failure instanceof UncheckedIOException && failure.getCause() != null) {
      return reason(failure.getCause());
    }
    if (failure instanceof NoSuchFileException missing) {
      return "there is no file " + missing.getFile();
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied";
    }
    if (failure instanceof FileSystemException file) {
      String why = Optional.ofNullable(file.getReason()).orElse(name(file));
      return file.getFile() == null ? why : file.getFile() + ": " + why;
    }
    String clause = withoutEnd(Optional.ofNullable(failure.getMessage()).orElse(""));
    return clause.isEmpty() ? name(failure) : clause;
  }

  private static String withoutEnd(String text) {
    return END.matcher(text.strip()).replaceFirst("");
  }

  /**
   * Without a message, the name of the exception is better than nothing: a buffer underflow, a
   * closed channel.
   */
  private static String name(Throwable failure) {
    String words =
        failure
            .getClass()
            .getSimpleName()
            .replaceFirst("(Exception|Error)$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
    return words.isBlank() ? "an unnamed failure" : words;
  }
}
