package dev.uprobe.agent.binary.functions;

import dev.uprobe.agent.binary.elf.ElfFile;
import dev.uprobe.agent.binary.elf.UnwindTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where a file's functions begin and end, also of those that no symbol names: symbol tables say so,
 * and the data by which stacks are unwound.
 */
public final class CodeRanges {
  /** How many functions before an address are looked at: a function may lie in another one. */
  private static final int MAX_OVERLAPPING = 16;

  private final Sorted symbols;
  private final Sorted unwound;

  /** The code of a function, or of a part of one. */
  public record Range(long address, int size) {
    /** Returns whether an instruction belongs to it. */
    public boolean contains(long other) {
      return Long.compareUnsigned(other - address, size) < 0;
    }
  }

  private CodeRanges(Sorted symbols, Sorted unwound) {
    this.symbols = symbols;
    this.unwound = unwound;
  }

  /** Finds the ranges of the file that a table belongs to. */
  static CodeRanges of(FunctionTable functions, ElfFile file) throws IOException {
    Gathered symbols = new Gathered();
    functions.visit(symbols::add);
    Gathered unwound = new Gathered();
    UnwindTable.of(file).ifPresent(table -> table.visit(unwound::add));
    return new CodeRanges(symbols.sorted(), unwound.sorted());
  }

  /** Returns the innermost function that has an instruction at an address. */
  public Optional<Range> at(long address) {
    Optional<Range> named = symbols.at(address);
    return named.isPresent() ? named : unwound.at(address);
  }

  /** Ranges as they come. */
  private static final class Gathered {
    private static final int MAX = 1 << 20;

    private long[] starts = new long[1024];
    private int[] sizes = new int[1024];
    private int count;

    boolean add(long address, long size) {
      if (count == MAX) {
        return false;
      }
      if (size > 0 && size <= ElfFile.MAX_CODE) {
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, count * 2);
          sizes = Arrays.copyOf(sizes, count * 2);
        }
        starts[count] = address;
        sizes[count++] = (int) size;
      }
      return true;
    }

    Sorted sorted() {
      Integer[] order = new Integer[count];
      Arrays.setAll(order, index -> index);
      Arrays.sort(order, (one, other) -> Long.compareUnsigned(starts[one], starts[other]));
      long[] sortedStarts = new long[count];
      int[] sortedSizes = new int[count];
      for (int i = 0; i < count; i++) {
        sortedStarts[i] = starts[order[i]];
        sortedSizes[i] = sizes[order[i]];
      }
      return new Sorted(sortedStarts, sortedSizes);
    }
  }

  private record Sorted(long[] starts, int[] sizes) {
    Optional<Range> at(long address) {
      int last = last(address);
      for (int i = last; i >= 0 && i > last - MAX_OVERLAPPING; i--) {
        if (Long.compareUnsigned(address - starts[i], sizes[i]) < 0) {
          return Optional.of(new Range(starts[i], sizes[i]));
        }
      }
      return Optional.empty();
    }

    /** The last range that begins at or before an address; of several, any may be the longest. */
    private int last(long address) {
      int low = 0;
      int high = starts.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (Long.compareUnsigned(starts[middle], address) <= 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low - 1;
    }
  }
}
