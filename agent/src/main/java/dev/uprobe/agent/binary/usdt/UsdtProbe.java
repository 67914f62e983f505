package dev.uprobe.agent.binary.usdt;

/**
 * A place that the program's author has marked.
 *
 * @param address of its instruction, before any load bias
 * @param fileOffset where that is in the file
 * @param semaphore where in the file the number is that says how many tracers there are; 0 where
 *     the program does not ask
 * @param arguments as the note describes them, such as {@code -4@%edi 8@-24(%rbp)}
 */
public record UsdtProbe(
    String provider, String name, long address, long fileOffset, long semaphore, String arguments) {

  /** Returns the name by which users know it, {@code provider:name}. */
  public String fullName() {
    return provider + ":" + name;
  }
}
