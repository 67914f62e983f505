package dev.uprobe.agent.events.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FrameTest {

  private static Frame frame(String function, long offset, String file) {
    return new Frame(Optional.ofNullable(function), offset, Optional.ofNullable(file));
  }

  @Test
  void aFrameNamesItsFunctionAndItsFile() {
    Frame frame = frame("charge_card", 0x12, "shop");

    assertEquals("charge_card+0x12 (shop)", frame.text());
    assertEquals("charge_card", frame.name());
  }

  @Test
  void withoutASymbolTheFileAndTheAddressInItAreNamed() {
    Frame frame = frame(null, 0x1234, "libfoo.so");

    assertEquals("[unknown] (libfoo.so+0x1234)", frame.text());
    assertEquals("[libfoo.so]", frame.name());
  }

  @Test
  void memoryThatIsNoFileIsNamedAsTheKernelDoes() {
    assertEquals("[unknown] ([vdso]+0x5)", frame(null, 5, "[vdso]").text());
    assertEquals("[vdso]", frame(null, 5, "[vdso]").name());
  }

  @Test
  void withoutAFileOnlyTheAddressIsKnown() {
    assertEquals("[unknown] (0xffff800000000000)", Frame.unknown(0xffff800000000000L).text());
    assertEquals("[unknown]", Frame.unknown(1).name());
  }

  @Test
  void namesThatAFileChoseAreMadeHarmless() {
    assertEquals("a\\n+0x0 (b\\x1b)", frame("a\n", 0, "b\u001b").text());
    assertEquals("a\\n", frame("a\n", 0, "b").name());
  }
}
