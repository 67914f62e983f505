/**
 * The API types {@code uprobe.dev/v1alpha1}, as written in YAML and JSON.
 *
 * <p>The CustomResourceDefinitions are generated from these types: their descriptions, defaults,
 * bounds and rules are what {@code kubectl explain} prints and what the API server enforces.
 *
 * <p>A field that is missing in the YAML is null in these records, and nowhere else in the project.
 * Missing lists and maps are empty. These types validate nothing beyond their Java types: {@code
 * dev.uprobe.language.compile} does that.
 */
package dev.uprobe.api.v1alpha1;
