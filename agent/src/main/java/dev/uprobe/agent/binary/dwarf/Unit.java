package dev.uprobe.agent.binary.dwarf;

import java.util.Map;

/**
 * A unit of debug information, as compilers write one for each source file (DWARF 5, 7.5.1).
 *
 * @param start of its header in {@code .debug_info}
 * @param first its first entry
 * @param end behind its last one
 * @param offsetSize how long offsets into sections are: 4 or 8 bytes
 * @param addressSize how long addresses are
 * @param shapes by the numbers under which entries name them
 */
record Unit(
    long start,
    long first,
    long end,
    int version,
    int offsetSize,
    int addressSize,
    Map<Long, Abbreviation> shapes) {}
