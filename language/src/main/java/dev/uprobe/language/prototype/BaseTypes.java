package dev.uprobe.language.prototype;

import static java.util.Map.entry;

import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.SyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The types that C and its usual headers name, in the sizes of 64-bit Linux (LP64). */
final class BaseTypes {
  private static final Set<String> WORDS =
      Set.of(
          "void",
          "char",
          "short",
          "int",
          "long",
          "signed",
          "__signed__",
          "unsigned",
          "float",
          "double",
          "bool",
          "_Bool",
          "_Complex",
          "complex",
          "__int128");

  private static final BaseType POINTER = new BaseType.Scalar(new ValueType.Pointer());
  private static final BaseType I8 = BaseType.whole(1, true);
  private static final BaseType I16 = BaseType.whole(2, true);
  private static final BaseType I32 = BaseType.whole(4, true);
  private static final BaseType I64 = BaseType.whole(8, true);
  private static final BaseType U8 = BaseType.whole(1, false);
  private static final BaseType U16 = BaseType.whole(2, false);
  private static final BaseType U32 = BaseType.whole(4, false);
  private static final BaseType U64 = BaseType.whole(8, false);

  private static final Map<String, BaseType> TYPEDEFS =
      Map.ofEntries(
          entry("int8_t", I8),
          entry("int16_t", I16),
          entry("int32_t", I32),
          entry("int64_t", I64),
          entry("uint8_t", U8),
          entry("uint16_t", U16),
          entry("uint32_t", U32),
          entry("uint64_t", U64),
          entry("u_int8_t", U8),
          entry("u_int16_t", U16),
          entry("u_int32_t", U32),
          entry("u_int64_t", U64),
          entry("s8", I8),
          entry("s16", I16),
          entry("s32", I32),
          entry("s64", I64),
          entry("u8", U8),
          entry("u16", U16),
          entry("u32", U32),
          entry("u64", U64),
          entry("u_char", U8),
          entry("u_short", U16),
          entry("u_int", U32),
          entry("u_long", U64),
          entry("ushort", U16),
          entry("uint", U32),
          entry("ulong", U64),
          entry("intmax_t", I64),
          entry("uintmax_t", U64),
          entry("intptr_t", I64),
          entry("uintptr_t", U64),
          entry("ptrdiff_t", I64),
          entry("size_t", U64),
          entry("ssize_t", I64),
          entry("off_t", I64),
          entry("off64_t", I64),
          entry("loff_t", I64),
          entry("pid_t", I32),
          entry("uid_t", U32),
          entry("gid_t", U32),
          entry("id_t", U32),
          entry("mode_t", U32),
          entry("dev_t", U64),
          entry("ino_t", U64),
          entry("time_t", I64),
          entry("clock_t", I64),
          entry("clockid_t", I32),
          entry("useconds_t", U32),
          entry("suseconds_t", I64),
          entry("key_t", I32),
          entry("rlim_t", U64),
          entry("nfds_t", U64),
          entry("socklen_t", U32),
          entry("sa_family_t", U16),
          entry("in_addr_t", U32),
          entry("in_port_t", U16),
          entry("wint_t", U32),
          entry("pthread_t", U64),
          entry("pthread_key_t", U32),
          entry("wchar_t", I32),
          entry("wctype_t", U64),
          entry("wctrans_t", POINTER),
          entry("nl_item", I32),
          entry("nl_catd", POINTER),
          entry("iconv_t", POINTER),
          entry("error_t", I32),
          entry("mqd_t", I32),
          entry("speed_t", U32),
          entry("tcflag_t", U32),
          entry("cc_t", U8),
          entry("nlink_t", U64),
          entry("blksize_t", I64),
          entry("blkcnt_t", I64),
          entry("fsblkcnt_t", U64),
          entry("fsfilcnt_t", U64),
          entry("idtype_t", I32),
          entry("eventfd_t", U64),
          entry("rwf_t", I32),
          entry("key_serial_t", I32),
          entry("quad_t", I64),
          entry("u_quad_t", U64),
          entry("register_t", I64),
          entry("bool_t", I32),
          entry("caddr_t", POINTER),
          entry("res_state", POINTER),
          entry("jmp_buf", POINTER),
          entry("sigjmp_buf", POINTER),
          entry("pthread_spinlock_t", I32),
          entry("pthread_once_t", I32),
          entry("regoff_t", I32),
          entry("Lmid_t", I64),
          entry("thrd_t", U64),
          entry("gint", I32),
          entry("guint", U32),
          entry("glong", I64),
          entry("gulong", U64),
          entry("gint64", I64),
          entry("guint64", U64),
          entry("gsize", U64),
          entry("gssize", I64),
          entry("gboolean", I32),
          entry("gchar", new BaseType.Scalar(new ValueType.Char())),
          entry("gpointer", POINTER),
          entry("gconstpointer", POINTER),
          entry("uInt", U32),
          entry("uLong", U64),
          entry("uLongf", U64),
          entry("z_streamp", POINTER),
          entry("gzFile", POINTER),
          entry("sqlite3_int64", I64),
          entry("sqlite3_uint64", U64),
          entry("locale_t", POINTER),
          entry("timer_t", POINTER),
          entry("sighandler_t", POINTER),
          entry("compar_fn_t", POINTER),
          entry("compar_d_fn_t", POINTER),
          entry("SOCKADDR_ARG", POINTER),
          entry("CONST_SOCKADDR_ARG", POINTER),
          entry("gnuc_va_list", POINTER),
          entry("va_list", POINTER));

  private BaseTypes() {}

  /** Returns whether a word is part of C's built-in type names. */
  static boolean isWord(String word) {
    return WORDS.contains(word);
  }

  /** Returns the type behind a well-known name, with or without the C library's underscores. */
  static Optional<BaseType> typedef(String name) {
    String plain = name.startsWith("__") ? name.substring(2) : name;
    return Optional.ofNullable(TYPEDEFS.get(plain));
  }

  static BaseType anEnum() {
    return I32;
  }

  /** Returns the type that some of C's type keywords mean, in any order. */
  static BaseType ofWords(List<String> words, int column) {
    String sorted = String.join(" ", words.stream().map(BaseTypes::plain).sorted().toList());
    return switch (sorted) {
      case "void" -> new BaseType.Void();
      case "bool" -> new BaseType.Scalar(new ValueType.Bool());
      case "char" -> new BaseType.Scalar(new ValueType.Char());
      case "char signed" -> I8;
      case "char unsigned" -> U8;
      case "short", "int short", "short signed", "int short signed" -> I16;
      case "short unsigned", "int short unsigned" -> U16;
      case "int", "signed", "int signed" -> I32;
      case "unsigned", "int unsigned" -> U32;
      case "long", "int long", "long signed", "int long signed" -> I64;
      case "long long", "int long long", "long long signed", "int long long signed" -> I64;
      case "long unsigned", "int long unsigned" -> U64;
      case "long long unsigned", "int long long unsigned" -> U64;
      case "float", "double" -> new BaseType.Floating(sorted, false);
      case "double long" -> new BaseType.Floating("long double", true);
      case "__int128", "__int128 signed", "__int128 unsigned" ->
          new BaseType.Opaque(column, "__int128 takes two registers and cannot be captured");
      default -> {
        if (sorted.contains("_Complex")) {
          yield new BaseType.Opaque(column, "complex numbers cannot be captured");
        }
        throw new SyntaxException(column, "\"" + String.join(" ", words) + "\" is not a C type");
      }
    };
  }

  private static String plain(String word) {
    return switch (word) {
      case "_Bool" -> "bool";
      case "complex" -> "_Complex";
      case "__signed__" -> "signed";
      default -> word;
    };
  }
}
