/** Reads traces from YAML and JSON, and reports errors with their position in the file. */
package dev.uprobe.language.yaml;
