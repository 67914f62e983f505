/** Shared parts of the small languages: errors, text cursor, and suggestions for wrong names. */
package dev.uprobe.language.text;
