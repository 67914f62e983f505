/** Reads machine code, as far as it takes to see where a function returns. */
package dev.uprobe.agent.binary.disasm;
