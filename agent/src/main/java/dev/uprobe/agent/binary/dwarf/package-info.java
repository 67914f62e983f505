/** Debug information (DWARF 2 to 5): which types and names a function's parameters have. */
package dev.uprobe.agent.binary.dwarf;
