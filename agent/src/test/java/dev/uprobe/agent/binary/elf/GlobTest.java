package dev.uprobe.agent.binary.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "SSL_*, SSL_read, true",
    "SSL_*, SSL_, true",
    "SSL_*, xSSL_read, false",
    "*read, SSL_read, true",
    "*_*_ex, SSL_read_ex, true",
    "*_*_ex, SSL_read, false",
    "f?nc, func, true",
    "f?nc, fnc, false",
    "func[0-9], func7, true",
    "func[0-9], funcs, false",
    "func[!0-9], funcs, true",
    "func[!0-9], func7, false",
    "func[abz-], func-, true",
    "f[unc, f[unc, true",
    "**, anything, true",
    "main.(*Cart).*, main.(*Cart).Charge, true",
  })
  void matches(String pattern, String name, boolean expected) {
    assertEquals(expected, new Glob(pattern).matches(name));
  }

  @Test
  void staysQuickForNamesThatNearlyMatch() {
    Glob glob = new Glob("a*a*a*a*a*a*a*a*b");
    String name = "a".repeat(4096);
    assertFalse(assertTimeoutPreemptively(Duration.ofSeconds(5), () -> glob.matches(name)));
  }
}
