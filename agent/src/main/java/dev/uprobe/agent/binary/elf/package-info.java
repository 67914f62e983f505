/** ELF files (System V ABI, gABI 4.1): read from files that may lie, so every length is bounded. */
package dev.uprobe.agent.binary.elf;
