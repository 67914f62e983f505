import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes the structs and enums of compiled BPF objects as Java, so that the agent has no numbers of
 * its own for them. The objects have to agree: they are the same program for several machines.
 *
 * <p>Usage: {@code java GenerateAbi.java FOLDER OBJECT...}; FOLDER is the root of the sources.
 *
 * <p>The format of BTF is Documentation/bpf/btf.rst of the kernel.
 */
public final class GenerateAbi {
  private static final String PACKAGE = "dev.uprobe.bpf";
  private static final String HEADER =
      """
      // Generated from the BTF of the BPF objects by bpf/abi/GenerateAbi.java.
      package %s;

      """
          .formatted(PACKAGE);

  private GenerateAbi() {}

  public static void main(String[] args) throws IOException {
    List<Abi> found = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      found.add(new Btf(Section.read(Path.of(args[i]), ".BTF")).abi());
    }
    Abi abi = found.get(0);
    for (int i = 1; i < found.size(); i++) {
      if (!found.get(i).equals(abi)) {
        throw new IllegalStateException(
            args[1] + " and " + args[i + 1] + " differ in a struct or enum that Java shares");
      }
    }
    Path folder = Files.createDirectories(Path.of(args[0], PACKAGE.split("\\.")));
    Files.writeString(folder.resolve("Structs.java"), JavaText.structs(abi.structs()));
    Files.writeString(folder.resolve("Constants.java"), JavaText.constants(abi.constants()));
  }

  /** What an object has names for. */
  private record Abi(List<Struct> structs, Map<String, Integer> constants) {}

  private record Struct(String name, int size, List<Field> fields) {}

  /**
   * A field of a struct.
   *
   * @param offset in bytes
   * @param elementSize of the field, or of an element where it is an array
   * @param count of elements; empty where it is no array, 0 where its size is open
   */
  private record Field(
      String name, int offset, int elementSize, boolean isNumber, Optional<Integer> count) {}

  /** Sections of ELF files of 64 bits, little-endian. */
  private static final class Section {
    private static final int SECTION_HEADERS = 0x28;
    private static final int HEADER_SIZE = 0x3a;
    private static final int HEADER_COUNT = 0x3c;
    private static final int NAMES_INDEX = 0x3e;

    static ByteBuffer read(Path file, String name) throws IOException {
      ByteBuffer elf = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int names = header(elf, elf.getShort(NAMES_INDEX));
      for (int i = 0; i < elf.getShort(HEADER_COUNT); i++) {
        int header = header(elf, i);
        if (text(content(elf, names), elf.getInt(header)).equals(name)) {
          return content(elf, header);
        }
      }
      throw new IllegalArgumentException(file + " has no section " + name);
    }

    private static int header(ByteBuffer elf, int index) {
      return (int) elf.getLong(SECTION_HEADERS) + index * elf.getShort(HEADER_SIZE);
    }

    private static ByteBuffer content(ByteBuffer elf, int header) {
      int offset = (int) elf.getLong(header + 0x18);
      int size = (int) elf.getLong(header + 0x20);
      return elf.slice(offset, size).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private static String text(ByteBuffer strings, int at) {
    int end = at;
    while (strings.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - at];
    strings.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /** The types of an object, found by their numbers. */
  private static final class Btf {
    private static final int INT = 1;
    private static final int POINTER = 2;
    private static final int ARRAY = 3;
    private static final int STRUCT = 4;
    private static final int UNION = 5;
    private static final int ENUM = 6;
    private static final int TYPEDEF = 8;
    private static final int VOLATILE = 9;
    private static final int CONST = 10;
    private static final int RESTRICT = 11;
    private static final int FUNCTION_TYPE = 13;
    private static final int VARIABLE = 14;
    private static final int DATA_SECTION = 15;
    private static final int DECLARATION_TAG = 17;
    private static final int TYPE_TAG = 18;
    private static final int ENUM64 = 19;
    private static final int POINTER_SIZE = 8;
    private static final int TYPE_SIZE = 12;

    private final ByteBuffer types;
    private final ByteBuffer strings;

    /** Where each type begins; that of number 0, void, is nowhere. */
    private final List<Integer> positions = new ArrayList<>(List.of(-1));

    Btf(ByteBuffer section) {
      int header = section.getInt(4);
      this.types = slice(section, header + section.getInt(8), section.getInt(12));
      this.strings = slice(section, header + section.getInt(16), section.getInt(20));
      for (int at = 0; at < types.limit(); at += TYPE_SIZE + more(at)) {
        positions.add(at);
      }
    }

    private static ByteBuffer slice(ByteBuffer from, int offset, int size) {
      return from.slice(offset, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int kind(int at) {
      return types.getInt(at + 4) >>> 24 & 0x1f;
    }

    private int count(int at) {
      return types.getInt(at + 4) & 0xffff;
    }

    private int sizeOrType(int at) {
      return types.getInt(at + 8);
    }

    private String name(int at) {
      return text(strings, types.getInt(at));
    }

    /** The bytes behind a type that describe it further. */
    private int more(int at) {
      return switch (kind(at)) {
        case INT, VARIABLE, DECLARATION_TAG -> 4;
        case ARRAY -> 12;
        case STRUCT, UNION, DATA_SECTION, ENUM64 -> 12 * count(at);
        case ENUM, FUNCTION_TYPE -> 8 * count(at);
        default -> 0;
      };
    }

    /** Returns the position of a type, without its qualifiers and other names. */
    private int resolved(int number) {
      int at = positions.get(number);
      return switch (kind(at)) {
        case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> resolved(sizeOrType(at));
        default -> at;
      };
    }

    private int size(int at) {
      return switch (kind(at)) {
        case POINTER -> POINTER_SIZE;
        case ARRAY -> elements(at) * size(element(at));
        default -> sizeOrType(at);
      };
    }

    private int element(int array) {
      return resolved(types.getInt(array + TYPE_SIZE));
    }

    private int elements(int array) {
      return types.getInt(array + TYPE_SIZE + 8);
    }

    Abi abi() {
      List<Struct> structs = new ArrayList<>();
      Map<String, Integer> constants = new LinkedHashMap<>();
      for (int at : positions.subList(1, positions.size())) {
        if (kind(at) == STRUCT && !name(at).isEmpty()) {
          structs.add(new Struct(name(at), sizeOrType(at), fields(at)));
        } else if (kind(at) == ENUM) {
          addConstants(at, constants);
        }
      }
      structs.sort((one, other) -> one.name().compareTo(other.name()));
      return new Abi(structs, constants);
    }

    private List<Field> fields(int struct) {
      List<Field> fields = new ArrayList<>();
      for (int i = 0; i < count(struct); i++) {
        int member = struct + TYPE_SIZE + 12 * i;
        int type = resolved(types.getInt(member + 4));
        int element = kind(type) == ARRAY ? element(type) : type;
        fields.add(
            new Field(
                text(strings, types.getInt(member)),
                types.getInt(member + 8) / Byte.SIZE,
                size(element),
                kind(element) == INT || kind(element) == ENUM || kind(element) == POINTER,
                kind(type) == ARRAY ? Optional.of(elements(type)) : Optional.empty()));
      }
      return fields;
    }

    private void addConstants(int type, Map<String, Integer> constants) {
      for (int i = 0; i < count(type); i++) {
        int constant = type + TYPE_SIZE + 8 * i;
        constants.put(text(strings, types.getInt(constant)), types.getInt(constant + 4));
      }
    }
  }

  /** The text of the Java sources. */
  private static final class JavaText {
    static String constants(Map<String, Integer> constants) {
      StringBuilder text = new StringBuilder(HEADER);
      text.append("/** The constants of all enums of the BPF programs, named as there. */\n");
      text.append("public final class Constants {\n");
      constants.forEach(
          (name, value) -> text.append("  public static final int %s = %d;\n".formatted(name, value)));
      return text.append("\n  private Constants() {}\n}\n").toString();
    }

    static String structs(List<Struct> structs) {
      StringBuilder text = new StringBuilder(HEADER);
      text.append("import java.nio.ByteBuffer;\n\n");
      text.append("/**\n * The structs of the BPF programs. Each field has its offset in bytes; an array how many elements\n");
      text.append(" * it has; a number what reads and writes it in a little-endian buffer where the struct begins at\n");
      text.append(" * {@code at}. What is unsigned in C and has 32 or 64 bits keeps its bits.\n */\n");
      text.append("public final class Structs {\n  private Structs() {}\n");
      structs.forEach(struct -> append(struct, text));
      return text.append("}\n").toString();
    }

    private static void append(Struct struct, StringBuilder text) {
      String name = camel("_" + struct.name());
      text.append("\n  /** struct %s. */\n".formatted(struct.name()));
      text.append("  public static final class %s {\n".formatted(name));
      text.append("    public static final int SIZEOF = %d;\n".formatted(struct.size()));
      for (Field field : struct.fields()) {
        if (!field.name().equals("reserved")) {
          append(field, line -> text.append(line.isEmpty() ? "" : "    ").append(line).append('\n'));
        }
      }
      text.append("\n    private %s() {}\n  }\n".formatted(name));
    }

    private static void append(Field field, Consumer<String> lines) {
      String constant = field.name().toUpperCase(Locale.ROOT);
      lines.accept("public static final int %s = %d;".formatted(constant, field.offset()));
      field
          .count()
          .filter(count -> count > 0)
          .ifPresent(
              count ->
                  lines.accept("public static final int %s_COUNT = %d;".formatted(constant, count)));
      if (!field.isNumber() || (field.count().isPresent() && field.elementSize() == 1)) {
        return;
      }
      String index = field.count().isPresent() ? ", int index" : "";
      String at =
          "at + %s%s"
              .formatted(constant, index.isEmpty() ? "" : " + index * " + field.elementSize());
      String read =
          switch (field.elementSize()) {
            case 1 -> "Byte.toUnsignedInt(struct.get(%s))";
            case 2 -> "Short.toUnsignedInt(struct.getShort(%s))";
            case 4 -> "struct.getInt(%s)";
            default -> "struct.getLong(%s)";
          };
      String write =
          switch (field.elementSize()) {
            case 1 -> "struct.put(%s, (byte) value)";
            case 2 -> "struct.putShort(%s, (short) value)";
            case 4 -> "struct.putInt(%s, value)";
            default -> "struct.putLong(%s, value)";
          };
      String type = field.elementSize() == Long.BYTES ? "long" : "int";
      String method = camel(field.name());
      lines.accept("");
      lines.accept("public static %s %s(ByteBuffer struct, int at%s) {".formatted(type, method, index));
      lines.accept("  return %s;".formatted(read.formatted(at)));
      lines.accept("}");
      lines.accept("");
      lines.accept(
          "public static void %s(ByteBuffer struct, int at%s, %s value) {"
              .formatted(method, index, type));
      lines.accept("  %s;".formatted(write.formatted(at)));
      lines.accept("}");
      lines.accept("");
    }

    /** Returns a name of C as Java writes it: {@code mount_namespace} as {@code mountNamespace}. */
    private static String camel(String name) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < name.length(); i++) {
        if (name.charAt(i) == '_' && i + 1 < name.length()) {
          i++;
          text.append(Character.toUpperCase(name.charAt(i)));
        } else {
          text.append(name.charAt(i));
        }
      }
      return text.toString();
    }
  }
}
