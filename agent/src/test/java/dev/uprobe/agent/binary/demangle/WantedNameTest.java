package dev.uprobe.agent.binary.demangle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WantedNameTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          Cart::charge(int)                     | _ZN4Cart6chargeEi      | true
          Cart::charge( int )                   | _ZN4Cart6chargeEi      | true
          Cart::charge                          | _ZN4Cart6chargeEi      | true
          Cart::charge(long)                    | _ZN4Cart6chargeEi      | false
          charge                                | _ZN4Cart6chargeEi      | false
          Cart::name(const char*)               | _ZN4Cart4nameEPKc      | true
          Cart::name(char const *)              | _ZN4Cart4nameEPKc      | true
          Cart::add(unsigned int, const Cart&)  | _ZN4Cart3addEjRKS_     | true
          Cart::total() const                   | _ZNK4Cart5totalEv      | true
          Cart::total()                         | _ZNK4Cart5totalEv      | false
          Cart::operator()                      | _ZN4CartclEi           | true
          Cart::operator()(int)                 | _ZN4CartclEi           | true
          Cart::operator bool                   | _ZNK4CartcvbEv         | true
          max<int>                              | _Z3maxIiET_S0_S0_      | true
          max                                   | _Z3maxIiET_S0_S0_      | true
          int max<int>(int, int)                | _Z3maxIiET_S0_S0_      | true
          max<int>(int, int)                    | _Z3maxIiET_S0_S0_      | true
          (anonymous namespace)::charge         | _ZN12_GLOBAL__N_16chargeEv | true
          std::vector<std::vector<int>>::size   | _ZNKSt6vectorIS_IiSaIiEESaIS1_EE4sizeEv | false
          std::vector::size                     | _ZNKSt6vectorIS_IiSaIiEESaIS1_EE4sizeEv | true
          Cart::charge                          | _ZN4Cart6chargeEi.cold | false
          Cart::charge                          | _ZThn16_N4Cart6chargeEi | false
          cart::Cart::charge                    | _RNvMC4cartNtB2_4Cart6charge | true
          """)
  void standsForAFunction(String wanted, String symbol, boolean stands) {
    ReadableName name = Demangler.read(symbol).orElseThrow();
    WantedName parsed = new WantedName(wanted);
    assertEquals(stands, parsed.isFully(name) || parsed.isShortFor(name));
    assertEquals(true, !stands || symbol.contains(parsed.clue()), parsed.clue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          Cart::charge(*)                  | Cart::charge                  | true
          Cart::*                          | Cart::*                       | false
          Cart::charge(int)                | Cart::charge                  | true
          Cart::operator()                 | Cart::operator()              | false
          (anonymous namespace)::*         | (anonymous namespace)::*      | false
          (anonymous namespace)::f(int)    | (anonymous namespace)::f      | true
          Cart::run(void (*)(int)) const   | Cart::run                     | true
          """)
  void tellsParametersFromNames(String wanted, String pattern, boolean hasParameters) {
    WantedName parsed = new WantedName(wanted);
    assertEquals(hasParameters, parsed.hasParameters());
    assertEquals(pattern, parsed.pattern());
  }
}
