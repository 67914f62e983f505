package dev.uprobe.agent.engine.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.uprobe.agent.binary.elf.Machine;
import dev.uprobe.api.v1alpha1.ReturnProbe;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UretprobesTest {

  @ParameterizedTest
  @CsvSource({
    "AUTO, 6.10.11-generic, AUTO",
    "AUTO, 6.11.0-9-generic, INSTRUCTIONS",
    "AUTO, 6.12.74+deb13+1-amd64, INSTRUCTIONS",
    "AUTO, 6.13.1, INSTRUCTIONS",
    "AUTO, 6.14.0, AUTO",
    "AUTO, 6.1.0-32-amd64, AUTO",
    "AUTO, 7.12.3, AUTO",
    "TRAMPOLINE, 6.12.1, TRAMPOLINE"
  })
  void kernelsWhoseUretprobesSeccompFiltersKillUseNone(
      ReturnProbe asked, String release, ReturnProbe chosen) {
    assertEquals(chosen, Uretprobes.choose(asked, Machine.X86_64, release));
    assertEquals(asked, Uretprobes.choose(asked, Machine.AARCH64, release));
  }
}
