package dev.uprobe.agent.binary.demangle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.uprobe.agent.fixture.Toolchain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemanglerTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          _Z6chargei                          | charge(int)
          _ZN4Cart6chargeEi                   | Cart::charge(int)
          _ZNK4Cart5totalEv                   | Cart::total() const
          _ZN4CartC2ERKS_                     | Cart::Cart(Cart const&)
          _ZN4CartD1Ev                        | Cart::~Cart()
          _ZN4CartaSEOS_                      | Cart::operator=(Cart&&)
          _ZNK4CartcvbEv                      | Cart::operator bool() const
          _ZN4CartixEm                        | Cart::operator[](unsigned long)
          _ZNKSt8functionIFviEEclEi           | std::function<void (int)>::operator()(int) const
          _ZltRK4CartS1_                      | operator<(Cart const&, Cart const&)
          _ZltIiEbT_S0_                       | operator< <int>(int, int)
          _Z3maxIiET_S0_S0_                   | max<int>(int, int)
          _ZN3BoxIN2ns4CartEE3putERKS1_       | Box<ns::Cart>::put(ns::Cart const&)
          _ZN3BoxIiLi5EE3getEv                | Box<int, 5>::get()
          _ZN12_GLOBAL__N_16chargeEv          | (anonymous namespace)::charge()
          _ZN4Cart4nameB5cxx11Ev              | Cart::name[abi:cxx11]()
          _ZN4Cart4nameERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE | Cart::name(std::string const&)
          _Z3runPFviE                         | run(void (*)(int))
          _Z3runRA4_Ki                        | run(int const (&) [4])
          _Z3runM4CartKFivE                   | run(int (Cart::*)() const)
          _Z3runM4Carti                       | run(int Cart::*)
          _Z3addIJidEEvDpRKT_                 | add<int, double>(int const&, double const&)
          _ZZ4mainENKUliE_clEi                | main::{lambda(int)#1}::operator()(int) const
          _ZThn16_N4Cart6chargeEi             | non-virtual thunk to Cart::charge(int)
          _ZN4Cart6chargeEi.constprop.0       | Cart::charge(int) [clone .constprop.0]
          _ZN4Cart6chargeEi.cold              | Cart::charge(int) [clone .cold]
          _ZN4Cart6chargeEi.llvm.129383       | Cart::charge(int)
          _ZN4cart4Cart6charge17h0123456789abcdefE | cart::Cart::charge
          _ZN4cart4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE | cart::main::{{closure}}
          _ZN49_$LT$cart..Cart$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE | <cart::Cart as core::fmt::Display>::fmt
          _RNvC6_123foo3bar                   | 123foo::bar
          _RNvMCs4fqI2P2rA04_4cartNtB2_4Cart6charge | cart::Cart::charge
          _RNCNvC4cart4main0B3_               | cart::main::{closure#0}
          _RNvXC4cartNtB2_4CartNtNtC4core3fmt7Display3fmt | <cart::Cart as core::fmt::Display>::fmt
          _RINvC4cart3sumlReE                 | cart::sum::<i32, &str>
          _RINvC4cart4boxyAhj8_E              | cart::boxy::<[u8; 8]>
          _RINvC4cart3runFUKCEuE              | cart::run::<unsafe extern "C" fn()>
          """)
  void readsNames(String symbol, String name) {
    assertEquals(name, Demangler.readable(symbol));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          _ZN3BoxIiE3getB1xEv                 | Box<int>::get[abi:x] | Box::get
          _Z3maxIiET_S0_S0_                   | max<int>             | max
          _ZN4Cart6chargeEi                   | Cart::charge         | Cart::charge
          _RNvMC4cartINtB2_3BoxlE3get         | cart::Box<i32>::get  | cart::Box::get
          """)
  void tellsNamesWithoutParametersAndArguments(String symbol, String name, String plain) {
    ReadableName read = Demangler.read(symbol).orElseThrow();
    assertEquals(name, read.name());
    assertEquals(plain, read.plain());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "main", "_Z", "_R", "_ZN", "_ZN4CartE6", "_ZN9Cart", "_Z1fT_", "_RB_"})
  void leavesAloneWhatIsNotMangled(String symbol) {
    assertEquals(Optional.empty(), Demangler.read(symbol));
    assertEquals(symbol, Demangler.readable(symbol));
  }

  @Test
  void readsTheStandardLibraryAsBinutilsDoes(@TempDir Path folder) throws Exception {
    Toolchain tools = new Toolchain(folder);
    String library = tools.run("g++", "-print-file-name=libstdc++.so.6").strip();
    List<String> symbols =
        tools
            .run("nm", "-D", "--defined-only", "--format=just-symbols", library)
            .lines()
            .map(each -> each.replaceFirst("@.*", ""))
            .filter(each -> each.startsWith("_Z"))
            .distinct()
            .toList();
    Files.write(folder.resolve("symbols"), symbols);
    List<String> expected =
        tools.run("sh", "-c", "c++filt < symbols").lines().map(DemanglerTest::comparable).toList();
    assertTrue(symbols.size() > 4000, symbols.size() + " symbols");
    for (int i = 0; i < symbols.size(); i++) {
      String symbol = symbols.get(i);
      ReadableName read = Demangler.read(symbol).orElseThrow(() -> new AssertionError(symbol));
      assertEquals(expected.get(i), comparable(read.result() + read.full()), symbol);
    }
  }

  private static String comparable(String name) {
    return StandardNames.shortened(name).replace(" ", "");
  }

  @Test
  void aNameThatDoublesItselfAgainAndAgainIsGivenUp() {
    // Each type repeats the one before it twice: the last is made of 2 to the power of 40 letters.
    StringBuilder bomb = new StringBuilder("_Z1f1a1bIS_S_E");
    for (int i = 1; i < 40; i++) {
      String last = "S" + Integer.toString(2 * i - 1, 36).toUpperCase(Locale.ROOT) + "_";
      bomb.append("1bI").append(last).append(last).append("E");
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertEquals(Optional.empty(), Demangler.read(bomb.toString())));
    assertEquals(Optional.empty(), Demangler.read("_Z1f" + "P".repeat(4000) + "i"));
    assertEquals(Optional.empty(), Demangler.read("_RI" + "I".repeat(4000)));
  }

  @Test
  void anyBytesAreReadOrLeftAlone() {
    String letters = "_ZNKSIJELT0123456789RPOFVDXativ.$sCMBAQu_E_";
    Random random = new Random(4);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          for (int i = 0; i < 50_000; i++) {
            StringBuilder symbol = new StringBuilder(i % 3 == 0 ? "_R" : "_Z");
            int length = random.nextInt(60);
            for (int j = 0; j < length; j++) {
              symbol.append(letters.charAt(random.nextInt(letters.length())));
            }
            Demangler.readable(symbol.toString());
          }
        });
  }

  @Test
  void mutatedNamesAreReadOrLeftAlone() {
    String name =
        "_ZNSt6vectorIN2ns4CartESaIS1_EE17_M_realloc_insertIJRKS1_EEEvN9__gnu_cxx17__normal_iteratorIPS1_S3_EEDpOT_";
    String rust = "_RINvMCs4fqI2P2rA04_4cartINtB2_3BoxlE3putRSNtB2_4CartE";
    Random random = new Random(5);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          for (int i = 0; i < 20_000; i++) {
            byte[] bytes = (i % 2 == 0 ? name : rust).getBytes(StandardCharsets.US_ASCII);
            for (int j = 0; j < 1 + i % 3; j++) {
              bytes[2 + random.nextInt(bytes.length - 2)] = (byte) (33 + random.nextInt(94));
            }
            Demangler.readable(new String(bytes, StandardCharsets.US_ASCII));
          }
        });
  }
}
