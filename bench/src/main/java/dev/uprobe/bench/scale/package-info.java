/** How the operator does in clusters of many nodes. */
package dev.uprobe.bench.scale;
