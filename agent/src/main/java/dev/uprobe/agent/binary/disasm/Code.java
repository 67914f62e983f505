package dev.uprobe.agent.binary.disasm;

/**
 * A run of machine code.
 *
 * @param address of its first byte, before any load bias
 */
public record Code(long address, byte[] bytes) {

  int length() {
    return bytes.length;
  }

  boolean contains(long other) {
    return Long.compareUnsigned(other - address, bytes.length) < 0;
  }

  int u8(int at) {
    return bytes[at] & 0xff;
  }

  /** The little-endian number at a place; the caller has checked that it is inside. */
  int i32(int at) {
    return u8(at) | u8(at + 1) << 8 | u8(at + 2) << 16 | u8(at + 3) << 24;
  }
}
