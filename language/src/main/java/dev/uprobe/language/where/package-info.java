/** Compiles the conditions of a probe, such as {@code cents >= 1000 or flags & 0x40}. */
package dev.uprobe.language.where;
