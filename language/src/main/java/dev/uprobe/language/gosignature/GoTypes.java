package dev.uprobe.language.gosignature;

import dev.uprobe.language.plan.ValueType;
import java.util.Map;
import java.util.Optional;

/** The types that are known by their names: Go's own, and a few of its library's. */
final class GoTypes {
  private static final Map<String, GoType> KNOWN =
      Map.ofEntries(
          Map.entry("bool", GoType.shown(1, new ValueType.Bool())),
          Map.entry("int8", GoType.whole(1, true)),
          Map.entry("int16", GoType.whole(2, true)),
          Map.entry("int32", GoType.whole(4, true)),
          Map.entry("rune", GoType.whole(4, true)),
          Map.entry("int64", GoType.whole(8, true)),
          Map.entry("int", GoType.whole(8, true)),
          Map.entry("uint8", GoType.whole(1, false)),
          Map.entry("byte", GoType.whole(1, false)),
          Map.entry("uint16", GoType.whole(2, false)),
          Map.entry("uint32", GoType.whole(4, false)),
          Map.entry("uint64", GoType.whole(8, false)),
          Map.entry("uint", GoType.whole(8, false)),
          Map.entry("uintptr", GoType.POINTER),
          Map.entry("unsafe.Pointer", GoType.POINTER),
          Map.entry("float32", GoType.floating(1, "float32")),
          Map.entry("float64", GoType.floating(1, "float64")),
          Map.entry("complex64", GoType.floating(2, "complex64")),
          Map.entry("complex128", GoType.floating(2, "complex128")),
          Map.entry("string", GoType.STRING),
          Map.entry("error", GoType.INTERFACE),
          Map.entry("any", GoType.INTERFACE),
          Map.entry("context.Context", GoType.INTERFACE),
          Map.entry("io.Reader", GoType.INTERFACE),
          Map.entry("io.Writer", GoType.INTERFACE),
          Map.entry("net.Conn", GoType.INTERFACE),
          Map.entry("http.ResponseWriter", GoType.INTERFACE),
          Map.entry("http.Handler", GoType.INTERFACE),
          Map.entry("os.FileMode", GoType.whole(4, false)),
          Map.entry("fs.FileMode", GoType.whole(4, false)),
          Map.entry("time.Duration", GoType.whole(8, true)),
          Map.entry("time.Time", GoType.struct(3, 0, false)));

  private GoTypes() {}

  static Optional<GoType> named(String name) {
    return Optional.ofNullable(KNOWN.get(name));
  }
}
