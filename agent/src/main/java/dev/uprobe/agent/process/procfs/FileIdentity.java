package dev.uprobe.agent.process.procfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What makes two paths the same file.
 *
 * @param device encoded as {@code st_dev} is (makedev(3))
 * @param inode the inode's number on that device
 */
public record FileIdentity(long device, long inode) {

  public static FileIdentity of(int major, int minor, long inode) {
    long device =
        (major & 0xfffL) << 8
            | (major & 0xfffff000L) << 32
            | minor & 0xffL
            | (minor & 0xffffff00L) << 12;
    return new FileIdentity(device, inode);
  }

  /** The identity of the file that a path leads to. */
  public static FileIdentity of(Path path) throws IOException {
    var attributes = Files.readAttributes(path, "unix:dev,ino");
    return new FileIdentity((Long) attributes.get("dev"), (Long) attributes.get("ino"));
  }

  /** Returns the device as the kernel itself encodes it: major &lt;&lt; 20 | minor (kdev_t.h). */
  public int kernelDevice() {
    int major = (int) (device >>> 8 & 0xfff | device >>> 32 & ~0xfffL);
    int minor = (int) (device & 0xff | device >>> 12 & ~0xffL);
    return major << 20 | minor;
  }
}
