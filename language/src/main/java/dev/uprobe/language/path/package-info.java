/** Reads the paths by which a probe reaches into memory, such as {@code arg1->16->8}. */
package dev.uprobe.language.path;
