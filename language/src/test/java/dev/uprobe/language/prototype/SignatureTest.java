package dev.uprobe.language.prototype;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.language.plan.Operand;
import dev.uprobe.language.plan.Source;
import dev.uprobe.language.plan.Value;
import dev.uprobe.language.plan.ValueType;
import dev.uprobe.language.text.SyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureTest {

  @Test
  void givesNamesTypesAndPlacesOfArguments() {
    Signature signature =
        Signature.parse("int charge_card(const char *customer, unsigned long cents)");

    assertEquals("charge_card", signature.function());
    assertEquals(
        List.of(
            new Value("customer", new Operand(new Source.Argument(1), new ValueType.Text(64))),
            new Value("cents", new Operand(new Source.Argument(2), new ValueType.Whole(8, false)))),
        signature.arguments());
    assertEquals(Optional.of(new ValueType.Whole(4, true)), signature.returnType());
    assertEquals(Map.of(), signature.unavailable());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          char                     | char
          signed char              | i8
          unsigned char            | u8
          short                    | i16
          short int                | i16
          unsigned short           | u16
          int short unsigned       | u16
          int                      | i32
          signed                   | i32
          unsigned                 | u32
          unsigned int             | u32
          long                     | i64
          long int                 | i64
          unsigned long int        | u64
          long unsigned            | u64
          int unsigned long        | u64
          long long                | i64
          long unsigned int long   | u64
          _Bool                    | bool
          bool                     | bool
          const volatile int       | i32
          int const                | i32
          register int             | i32
          size_t                   | u64
          ssize_t                  | i64
          off_t                    | i64
          pid_t                    | i32
          __pid_t                  | i32
          uid_t                    | u32
          mode_t                   | u32
          time_t                   | i64
          socklen_t                | u32
          int8_t                   | i8
          uint16_t                 | u16
          uint64_t                 | u64
          uintptr_t                | u64
          intptr_t                 | i64
          ptrdiff_t                | i64
          u8                       | u8
          __u32                    | u32
          enum color               | i32
          sighandler_t             | pointer
          """)
  void readsTypesOfNamedAndUnnamedParameters(String type, String expected) {
    assertEquals("x:" + expected, described("void f(" + type + " x)"));
    assertEquals("arg1:" + expected, described("void f(" + type + ")"));
    assertEquals("p:pointer", described("void f(" + type + " **p)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          char *s                                | s:text
          const char *s                          | s:text
          char const *restrict s                 | s:text
          const char *__restrict __s             | __s:text
          char name[]                            | name:text
          char name[16]                          | name:text
          char name[static 16]                   | name:text
          char dest[restrict .n]                 | dest:text
          char **argv                            | argv:pointer
          char *argv[]                           | argv:pointer
          unsigned char *p                       | p:pointer
          int *p                                 | p:pointer
          int v[4]                               | v:pointer
          int v[2][3]                            | v:pointer
          void *p                                | p:pointer
          struct stat *st                        | st:pointer
          struct stat const *const st            | st:pointer
          FILE *stream                           | stream:pointer
          FILE const *stream                     | stream:pointer
          SSL *                                  | arg1:pointer
          double *d                              | d:pointer
          __int128 *p                            | p:pointer
          int (*compare)(const void *, foo_t)    | compare:pointer
          int (*)(int)                           | arg1:pointer
          int callback(int)                      | callback:pointer
          void (*(*f)(int))(double)              | f:pointer
          char *(*f)(void)                       | f:pointer
          int fd __attribute__((unused))         | fd:i32
          """)
  void readsPointersArraysAndFunctionPointers(String parameter, String expected) {
    assertEquals(expected, described("void f(" + parameter + ")"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int f(void)                                          | ''
          int f()                                              | ''
          int f(int a);                                        | a:i32
          int printf(const char *format, ...)                  | format:text
          int f(int, const char *, long)                       | arg1:i32 arg2:text arg3:i64
          int f(int, long second)                              | arg1:i32 second:i64
          extern size_t strlen (const char *__s) __THROW __attribute_pure__ __nonnull ((1)); | __s:text
          static inline int f(int a) __attribute__((noinline)) | a:i32
          __attribute__((visibility("default"))) int f(int a)  | a:i32
          CURL_EXTERN const char *f(int a)                     | a:i32
          int (isalpha)(int c)                                 | c:i32
          void (*signal(int sig, void (*func)(int)))(int)      | sig:i32 func:pointer
          extern int bind (int __fd, __CONST_SOCKADDR_ARG __addr, socklen_t __len) __THROW; | __fd:i32 __addr:pointer __len:u32
          extern int vdprintf (int, const char *, __gnuc_va_list __arg) __attribute__ ((__format__ (__printf__, 2, 0))); | arg1:i32 arg2:text __arg:pointer
          int /* result */ f(int a /* first */)                | a:i32
          int func(int pid, int comm)                          | pid:i32 comm:i32
          """)
  void readsPrototypesAsTheyStandInHeadersAndManPages(String prototype, String expected) {
    assertEquals(expected, described(prototype));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ssize_t read(int fd, void *buf, size_t count)                    | fd:i32 buf:bytes@3 count:u64
          ssize_t read(int __fd, void *__buf, size_t __nbytes)             | __fd:i32 __buf:bytes@3 __nbytes:u64
          ssize_t read(int fd, void buf[.count], size_t count)             | fd:i32 buf:bytes@3 count:u64
          int SSL_write(SSL *ssl, const void *buf, int num)                | ssl:pointer buf:bytes@3 num:i32
          void *memcpy(void *dest, const void *src, size_t n)              | dest:pointer src:bytes@3 n:u64
          void *memcpy(void dest[restrict .n], const void src[restrict .n], size_t n) | dest:bytes@3 src:bytes@3 n:u64
          int f(void *p, size_t offset)                                    | p:pointer offset:u64
          int f(void *p, double n)                                         | p:pointer
          int f(char *p, size_t n)                                         | p:text n:u64
          size_t fread(void *ptr, size_t size, size_t nmemb, FILE *stream) | ptr:pointer size:u64 nmemb:u64 stream:pointer
          size_t fread(void ptr[restrict .size * .nmemb], size_t size, size_t nmemb) | ptr:pointer size:u64 nmemb:u64
          """)
  void readsABufferWithALengthAsBytes(String prototype, String expected) {
    assertEquals(expected, described(prototype));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int at(void *self, int n)                   | self:pointer n:i32
          int reserve(void *__this, size_t count)     | __this:pointer count:u64
          int grow(const void *ctx, unsigned num)     | ctx:pointer num:u32
          int munmap(void *addr, size_t length)       | addr:pointer length:u64
          int send(void *self, void *buf, size_t len) | self:pointer buf:bytes@3 len:u64
          int dump(void self[.n], size_t n)           | self:bytes@2 n:u64
          """)
  void anObjectOrAnAddressIsNoBuffer(String prototype, String expected) {
    assertEquals(expected, described(prototype));
  }

  @Test
  void theFirstParameterOfAMethodIsItsObjectWhateverItsName() {
    Signature method = Signature.parse("int send(void *cart, void *buf, size_t len)", true);
    assertEquals("cart:pointer buf:bytes@3 len:u64", described(method));

    Signature number = Signature.parse("int at(void *cart, int n)", true);
    assertEquals("cart:pointer n:i32", described(number));
  }

  @ParameterizedTest
  @CsvSource({
    "int f(void), i32",
    "char *getenv(const char *name), text",
    "void *malloc(size_t size), pointer",
    "FILE *fopen(void), pointer",
    "unsigned long long f(void), u64",
    "_Bool f(void), bool",
    "void (*signal(int sig))(int), pointer"
  })
  void readsTheReturnType(String prototype, String expected) {
    assertEquals(expected, described(Signature.parse(prototype).returnType().orElseThrow()));
  }

  @Test
  void aVoidFunctionHasNoReturnValue() {
    Signature signature = Signature.parse("void free(void *ptr)");
    assertEquals(Optional.empty(), signature.returnType());
    assertEquals(
        "the signature says that the function returns nothing (void)",
        signature.unavailable().get("return"));
  }

  @Test
  void floatingPointParametersAreNotCountedAndNotCaptured() {
    Signature signature = Signature.parse("double f(int a, double rate, long b, float, char *c)");

    assertEquals("a:i32 b:i64 c:text", described(signature));
    assertEquals(
        List.of(1, 2, 3), signature.arguments().stream().map(SignatureTest::index).toList());
    assertEquals(
        "a double is not in an integer register, and probes read only those",
        signature.unavailable().get("rate"));
    assertEquals(List.of("rate", "arg4", "return"), List.copyOf(signature.unavailable().keySet()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int f(struct point p)        | column 7: struct point is passed by value, which cannot be captured; describe the values with args: and returns: instead of a signature
          int f(int a, const CURLcode code) | column 20: "CURLcode" is not a known type; describe the values with args: and returns: instead of a signature
          div_t div(int a, int b)      | column 1: "div_t" is not a known type; describe the values with args: and returns: instead of a signature
          int f(__int128 x)            | column 7: __int128 takes two registers and cannot be captured; describe the values with args: and returns: instead of a signature
          int f(double _Complex x)     | column 7: complex numbers cannot be captured; describe the values with args: and returns: instead of a signature
          int f(short long x)          | column 7: "short long" is not a C type
          int f(int a, int a)          | column 18: two parameters are named a
          int f(int, int arg1)         | column 16: two parameters are named arg1
          int f(int return)            | column 11: "return" is a C keyword and cannot be a name
          int f(int a b)               | column 13: expected ")", found "b"
          int f(int a                  | column 12: expected ")", found the end
          int f(int a) 1               | column 14: expected the end of the prototype, found "1"
          int f(a,)                    | column 9: expected a type, found ")"
          int f(int v[4)               | column 15: expected "]", found the end
          int f                        | column 5: expected a function, such as int name(int first)
          f(int a)                     | column 1: expected a return type and a name, such as int name(int first)
          int f(void a)                | column 7: a parameter cannot be void
          int f(std::string s)         | column 10: unexpected ":"; this reads C, so write a pointer for what only C++ has, or use args:
          int f(const foo &s)          | column 17: unexpected "&"; this reads C, so write a C++ reference as a pointer: "*"
          int f(int a) __attribute__((x) | column 31: expected ")", found the end
          ''                           | column 1: expected a type, found the end
          """)
  void saysWhereAndWhyAPrototypeCannotBeUsed(String prototype, String message) {
    assertEquals(message, problem(prototype));
  }

  @Test
  void readsSixteenIntegerParametersAndNoMore() {
    assertEquals(16, Signature.parse("int f(" + parameters(16) + ")").arguments().size());
    assertEquals(16, Signature.parse("int f(" + parameters(16) + ", ...)").arguments().size());
    assertTrue(
        problem("int f(" + parameters(17) + ")")
            .endsWith("at most 16 integer parameters can be captured; end the list here with ..."));
  }

  @Test
  void refusesParametersOnAStackThatFloatingPointOnesShift() {
    assertEquals(
        7, Signature.parse("int f(" + parameters(7) + ", long double x)").arguments().size());
    assertEquals(
        "column 52: this parameter is on the stack after floating-point ones, where it cannot be"
            + " found; end the list here with ...",
        problem("int f(long double x, int, int, int, int, int, int, long y)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [[noreturn]] void _exit(int status)                          | status:i32
          pid_t wait(int *_Nullable wstatus)                           | wstatus:pointer
          int poll(struct pollfd *_Nonnull restrict fds, nfds_t nfds)  | fds:pointer nfds:u64
          int query(const char *dname, int class, int type)            | dname:text class:i32 type:i32
          int iswctype(wint_t wc, wctype_t desc)                       | wc:u32 desc:u64
          void longjmp(jmp_buf env, int val)                           | env:pointer val:i32
          int deflate(z_streamp strm, int flush)                       | strm:pointer flush:i32
          """)
  void readsWhatManPagesHave(String prototype, String arguments) {
    assertEquals(arguments, described(prototype));
  }

  @Test
  void limitsLengthAndNesting() {
    assertEquals(
        "column 4097: a signature has at most 4096 characters",
        problem("int f(int a)" + " ".repeat(4096)));
    assertTrue(problem("int " + "(".repeat(2000)).endsWith("more than 16 levels of nesting"));
    assertTrue(problem("int f(" + "int (".repeat(800)).endsWith("more than 16 levels of nesting"));
    assertTrue(problem("/*" + "*".repeat(4000)).startsWith("column 1: "));
  }

  private static String parameters(int count) {
    return IntStream.range(0, count).mapToObj(i -> "int p" + i).collect(Collectors.joining(", "));
  }

  private static String problem(String prototype) {
    return assertThrows(SyntaxException.class, () -> Signature.parse(prototype)).getMessage();
  }

  private static int index(Value value) {
    return ((Source.Argument) value.operand().source()).index();
  }

  private static String described(String prototype) {
    return described(Signature.parse(prototype));
  }

  private static String described(Signature signature) {
    return signature.arguments().stream()
        .map(value -> value.name() + ":" + described(value.operand().type()))
        .collect(Collectors.joining(" "));
  }

  private static String described(ValueType type) {
    if (type instanceof ValueType.Whole whole) {
      return (whole.signed() ? "i" : "u") + 8 * whole.bytes();
    }
    if (type instanceof ValueType.Bytes bytes) {
      return "bytes@" + ((Source.Argument) bytes.length().orElseThrow().source()).index();
    }
    return type.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
