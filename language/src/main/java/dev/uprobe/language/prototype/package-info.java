/** Reads C prototypes, as they stand in headers and man pages, for LP64 systems. */
package dev.uprobe.language.prototype;
