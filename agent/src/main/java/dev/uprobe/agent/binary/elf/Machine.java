package dev.uprobe.agent.binary.elf;

/**
 * The processor that a file's code is for.
 *
 * @param code {@code e_machine} of the ELF header
 */
public record Machine(int code) {
  public static final Machine X86_64 = new Machine(62);
  public static final Machine AARCH64 = new Machine(183);

  /** The processor of this host; code 0 where it is neither x86-64 nor arm64. */
  public static Machine ofHost() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64" -> AARCH64;
      default -> new Machine(0);
    };
  }

  /** The name that messages use, such as {@code x86-64} or {@code RISC-V}. */
  public String displayName() {
    return switch (code) {
      case 3 -> "x86";
      case 21 -> "POWER";
      case 22 -> "IBM Z";
      case 40 -> "arm (32-bit)";
      case 62 -> "x86-64";
      case 183 -> "arm64";
      case 243 -> "RISC-V";
      case 247 -> "BPF";
      case 258 -> "LoongArch";
      default -> "machine " + code;
    };
  }

  /** How the multiarch folders of Debian and musl's loader spell the processor. */
  public String gnuName() {
    return switch (code) {
      case 62 -> "x86_64";
      case 183 -> "aarch64";
      default -> "unknown";
    };
  }
}
