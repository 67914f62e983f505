/** Times in a cluster. */
package dev.uprobe.bench.cluster;
