package dev.uprobe.agent.process.procfs;

/**
 * One line of {@code /proc/PID/maps}.
 *
 * @param start the first address
 * @param end the address after the last one
 * @param permissions such as {@code r-xp}
 * @param fileOffset where in the file the mapping starts, in bytes
 * @param file the mapped file; inode 0 where the memory belongs to no file
 * @param path the file in the process's own file system, a name such as {@code [vdso]}, or empty
 * @param deleted whether the file has no name any more
 */
public record Mapping(
    long start,
    long end,
    String permissions,
    long fileOffset,
    FileIdentity file,
    String path,
    boolean deleted) {

  public boolean executable() {
    return permissions.indexOf('x') >= 0;
  }

  public boolean ofFile() {
    return file.inode() != 0 && path.startsWith("/");
  }

  public boolean contains(long address) {
    return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
  }

  /** The last part of the path. */
  public String fileName() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
