/** Driving a cluster as a user does: the chart, namespaces, programs, traces and logs. */
package dev.uprobe.e2e.cluster;
