/** Parses C prototypes from headers and man pages, for LP64 systems. */
package dev.uprobe.language.prototype;
