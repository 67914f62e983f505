package dev.uprobe.agent.process.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;

/**
 * What makes files of different containers the same file to a uprobe.
 *
 * <p>Containers of one image share the inodes of its layers, yet each shows them on a device of its
 * own (overlay). Inode number, size and times tell; the change time cannot be set by a program.
 */
public record Fingerprint(long inode, long size, FileTime modified, FileTime changed) {

  /** Returns the fingerprint of a file, or throws where it cannot be inspected. */
  public static Fingerprint of(Path path) throws IOException {
    Map<String, Object> found = Files.readAttributes(path, "unix:ino,size,lastModifiedTime,ctime");
    return new Fingerprint(
        (Long) found.get("ino"),
        (Long) found.get("size"),
        (FileTime) found.get("lastModifiedTime"),
        (FileTime) found.get("ctime"));
  }
}
