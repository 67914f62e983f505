package dev.uprobe.agent.binary.functions;

import dev.uprobe.agent.binary.elf.Segment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The functions of a file by their places in it, for looking up many instructions. It needs its
 * file only while it is built.
 */
public final class FunctionIndex {
  /** How many functions before an instruction are looked at: a function may lie in another one. */
  private static final int MAX_OVERLAPPING = 16;

  private final List<Segment> segments;
  private final long[] offsets;
  private final int[] sizes;
  private final int[] names;
  private final byte[] text;

  /**
   * A function in which an instruction lies.
   *
   * @param name as the symbol table has it, mangled
   * @param fileOffset of its first instruction
   */
  public record Place(String name, long fileOffset) {}

  /**
   * @param offsets where functions begin in the file, rising
   * @param sizes in bytes; negative where unknown, and then no more than that
   * @param names where each function's name begins in the text; it ends with a zero byte
   */
  FunctionIndex(List<Segment> segments, long[] offsets, int[] sizes, int[] names, byte[] text) {
    this.segments = segments.stream().filter(Segment::executable).toList();
    this.offsets = offsets;
    this.sizes = sizes;
    this.names = names;
    this.text = text;
  }

  /** An index that knows nothing, of a file that is none. */
  public static FunctionIndex empty() {
    return new FunctionIndex(List.of(), new long[0], new int[0], new int[0], new byte[0]);
  }

  /** Returns the innermost function that has an instruction at a place in the file. */
  public Optional<Place> at(long fileOffset) {
    int found = Arrays.binarySearch(offsets, fileOffset);
    int last = found >= 0 ? found : -found - 2;
    for (int i = last; i >= 0 && i > last - MAX_OVERLAPPING; i--) {
      // One of unknown size ends where the next one begins, too.
      boolean possible = sizes[i] >= 0 || i == last;
      if (possible && fileOffset - offsets[i] < Math.abs(sizes[i])) {
        return Optional.of(new Place(name(i), offsets[i]));
      }
    }
    return Optional.empty();
  }

  /** Returns the address that objdump shows for a place in the file, before any load bias. */
  public OptionalLong address(long fileOffset) {
    return segments.stream()
        .flatMapToLong(segment -> segment.addressAt(fileOffset).stream())
        .findFirst();
  }

  /** Returns how many functions there are. */
  public int size() {
    return offsets.length;
  }

  /** Returns how much memory this takes, about. */
  public long bytes() {
    return text.length + 16L * offsets.length + 1024;
  }

  private String name(int index) {
    int end = names[index];
    while (text[end] != 0) {
      end++;
    }
    return new String(text, names[index], end - names[index], StandardCharsets.UTF_8);
  }
}
