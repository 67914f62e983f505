/** Histograms: bucket schemes, distributions, and their reports. */
package dev.uprobe.language.histogram;
