/** The names that the conditions and messages of a probe can use. */
package dev.uprobe.language.scope;
