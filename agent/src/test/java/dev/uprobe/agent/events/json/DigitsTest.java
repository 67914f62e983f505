package dev.uprobe.agent.events.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitsTest {

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        9,
        10,
        99,
        100,
        123_456_789,
        999_999_999,
        1_000_000_000,
        1_999_999_999,
        Integer.MAX_VALUE
      })
  void writesWhatJavaWrites(int number) {
    String expected = Integer.toString(number);
    byte[] digits = new byte[12];

    assertEquals(expected.length(), Digits.count(number));
    Digits.write(number, expected.length(), digits, 1);

    assertEquals(
        expected, new String(digits, 1, expected.length(), StandardCharsets.US_ASCII), "digits");
    assertEquals(0, digits[0]);
    assertEquals(0, digits[expected.length() + 1]);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 42, 999_999_999})
  void fillsWithZerosInFront(int number) {
    byte[] digits = new byte[9];

    Digits.write(number, 9, digits, 0);

    assertEquals("%09d".formatted(number), new String(digits, StandardCharsets.US_ASCII));
  }
}
