package dev.uprobe.agent.events.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

  @ParameterizedTest
  @CsvSource({
    "hello, hello",
    "grüße, grüße",
    "日本語 😀, 日本語 😀",
    "'a b', 'a b'",
  })
  void keepsTextThatCanBeRead(String text, String shown) {
    assertEquals(shown, of(text));
  }

  @Test
  void escapesLineEndsTabsAndControls() {
    assertEquals("a\\nb\\rc\\td", of("a\nb\rc\td"));
    assertEquals("\\x00\\x07\\x7f\\u{85}", of("\0\u0007\u007f\u0085"));
  }

  @Test
  void escapesWhatWouldMoveTheCursorOfATerminal() {
    assertEquals("\\x1b[2J\\u{9b}31m", of("\u001b[2J\u009b31m"));
  }

  @Test
  void escapesWhatTurnsTheDirectionOfText() {
    assertEquals("abc\\u{202e}fed\\u{2066}", of("abc\u202efed\u2066"));
  }

  @Test
  void escapesWhatNobodySees() {
    assertEquals("\\u{200b}\\u{feff}\\u{2028}\\u{e0041}", of("\u200b\ufeff\u2028\udb40\udc41"));
  }

  @Test
  void doublesABackslashSoThatAnEscapeInTheTextIsNotTakenForOne() {
    assertEquals("\\\\x1b", of("\\x1b"));
  }

  @ParameterizedTest
  @CsvSource({
    "61ff62,       a\\xffb",
    "c0af,         \\xc0\\xaf",
    "eda080,       \\xed\\xa0\\x80",
    "f8888080,     \\xf8\\x88\\x80\\x80",
    "c3,           \\xc3",
    "61e282,       a\\xe2\\x82",
    "e28261,       \\xe2\\x82a",
    "f09f98,       \\xf0\\x9f\\x98",
  })
  void showsTheBytesOfWhatIsNoUtf8(String hex, String shown) {
    assertEquals(shown, Printable.of(HexFormat.of().parseHex(hex)));
  }

  @Test
  void showsEveryByteSomehow() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    assertFalse(Printable.of(all).chars().anyMatch(Character::isISOControl));
  }

  private static String of(String text) {
    return Printable.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
