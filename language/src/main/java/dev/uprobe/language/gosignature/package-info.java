/** Parses Go function declarations, and assigns registers to their values by Go's internal ABI. */
package dev.uprobe.language.gosignature;
