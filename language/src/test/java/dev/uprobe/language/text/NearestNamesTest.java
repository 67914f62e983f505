package dev.uprobe.language.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearestNamesTest {

  @Test
  void findsNamesAFewMistakesAwayTheNearestFirst() {
    List<String> symbols = List.of("strchr", "strlen", "strline", "malloc");
    assertEquals(List.of("strlen", "strline"), NearestNames.nearest("strlne", symbols, 2));
  }

  @Test
  void ignoresCase() {
    assertEquals(
        List.of("SSL_read"), NearestNames.nearest("ssl_read", List.of("SSL_read", "BIO_read"), 1));
  }

  @Test
  void findsNamesThatContainTheWantedOne() {
    assertEquals(
        List.of("charge_card", "shop_charge_card"),
        NearestNames.nearest("charge", List.of("shop_charge_card", "charge_card", "refund"), 5));
  }

  @Test
  void findsNothingWhereNothingIsNear() {
    assertEquals(List.of(), NearestNames.nearest("frobnicate", List.of("strlen", "f"), 5));
    assertEquals(List.of(), NearestNames.nearest("x", List.of("y"), 5));
    assertEquals(List.of(), NearestNames.nearest("", List.of("y"), 5));
    assertEquals("", NearestNames.hint("frobnicate", List.of("strlen")));
  }

  @Test
  void ordersEquallyNearNamesByAlphabetAndNamesEachOnce() {
    assertEquals(
        List.of("fa", "fb"), NearestNames.nearest("fx", List.of("fb", "fa", "fb", "fc"), 2));
  }

  @Test
  void searchesAHundredThousandNames() {
    List<String> symbols =
        IntStream.range(0, 100_000).mapToObj(i -> "library_function_number_" + i).toList();
    assertEquals(
        List.of("library_function_number_77777"),
        NearestNames.nearest("library_functon_number_77777", symbols, 1));
  }
}
