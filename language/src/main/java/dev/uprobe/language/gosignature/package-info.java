/** Reads declarations of functions in Go, and where Go's internal ABI puts their values. */
package dev.uprobe.language.gosignature;
