package dev.uprobe.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StatusTextTest {

  @Test
  void keepsTextThatFits() {
    assertEquals("abc", StatusText.cut("abc", 3));
    assertEquals("abc", StatusText.shorten("abc", 3));
  }

  @Test
  void cutsNoCharacterInHalf() {
    assertEquals("a", StatusText.cut("a\uD83D\uDE00b", 2));
    assertEquals("a\uD83D\uDE00", StatusText.cut("a\uD83D\uDE00b", 3));
  }

  @Test
  void dotsStandForTheRest() {
    assertEquals("abc...", StatusText.shorten("abcdefgh", 6));
  }
}
