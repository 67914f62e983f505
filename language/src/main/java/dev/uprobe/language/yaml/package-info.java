/** Reads traces from YAML and JSON, and says where in the file what is wrong. */
package dev.uprobe.language.yaml;
