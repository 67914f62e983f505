/** Compares what the agent saw in guests with other kernels with what the traced programs did. */
package dev.uprobe.kernels;
