/**
 * The API types {@code uprobe.dev/v1alpha1}, as YAML and JSON spell them.
 *
 * <p>The CustomResourceDefinitions are generated from these types: their descriptions, defaults,
 * bounds and rules are what {@code kubectl explain} prints and what the API server enforces.
 *
 * <p>A field that the YAML leaves out is null in these records, and nowhere else in the project;
 * lists and maps are empty instead. Nothing here is checked beyond its type: {@code
 * dev.uprobe.compile} does that.
 */
package dev.uprobe.api.v1alpha1;
