package dev.uprobe.agent.sys.libbpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class UserMemoryHelpersTest {

  @Test
  void aPlaceholderBecomesTheHelpersNumber() {
    // r2 = 8; call 0x10070 (bpf_probe_read_user); call 1 (bpf_map_lookup_elem); exit
    byte[] program = bytes("b702000008000000 8500000070000100 8500000001000000 9500000000000000");

    UserMemoryHelpers.writeNumbers(program);

    assertArrayEquals(
        bytes("b702000008000000 8500000070000000 8500000001000000 9500000000000000"), program);
  }

  @Test
  void constantsAndCallsOfFunctionsStayAsTheyAre() {
    // r1 = 0x10070; call the function 0x10070 instructions on; a constant's second half
    byte[] program = bytes("b701000070000100 8510000070000100 0000000070000100");

    UserMemoryHelpers.writeNumbers(program);

    assertArrayEquals(bytes("b701000070000100 8510000070000100 0000000070000100"), program);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
