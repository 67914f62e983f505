package dev.uprobe.agent.process.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibraryNameTest {

  @ParameterizedTest
  @CsvSource({
    "c, libc.so.6, true",
    "c, libc.so, true",
    "c, libc-2.31.so, true",
    "c, ld-musl-x86_64.so.1, true",
    "c, libc.musl-x86_64.so.1, true",
    "c, libcrypt.so.1, false",
    "c, libc.so.6.debug~, false",
    "c, libc++.so.1, false",
    "c, c, false",
    "libc, libc.so.6, true",
    "libc, ld-musl-aarch64.so.1, true",
    "libc.so.6, libc.so.6, true",
    "libc.so, libc.so.6, true",
    "libc.so.6, libc.so.60, false",
    "libc.so.6, libcXso.6, false",
    "ssl, libssl.so.3, true",
    "ssl, libssl.so.1.1, true",
    "ssl, libssl3.so, false",
    "libssl, libssl.so.3, true",
    "python3.11, libpython3.11.so.1.0, true",
    "python3.1, libpython3.11.so.1.0, false",
    "python3.11, libpython3x11.so.1.0, false",
    "glib, libglib-2.0.so.0.7400.6, true",
    "glib-2.0, libglib-2.0.so.0, true",
    "lib, liblib.so, true",
    "c.*, libcrypt.so.1, false",
    "stdc++, libstdc++.so.6.0.30, true",
    "ld-musl-x86_64.so.1, ld-musl-x86_64.so.1, true",
  })
  void matches(String written, String fileName, boolean expected) {
    assertEquals(expected, new LibraryName(written).matches(fileName));
  }

  @Test
  void isNoPath() {
    assertTrue(LibraryName.isLibrary("c"));
    assertFalse(LibraryName.isLibrary("./libc.so.6"));
    assertFalse(LibraryName.isLibrary("/usr/lib/libc.so.6"));
  }

  @ParameterizedTest
  @CsvSource({"libssl.so.3, ssl", "libc-2.31.so, c-2.31", "ld-linux.so.2, ld-linux"})
  void hasAShortForm(String fileName, String shortName) {
    assertEquals(shortName, LibraryName.shortName(fileName));
  }
}
