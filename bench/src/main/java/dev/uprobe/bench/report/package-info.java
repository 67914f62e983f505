/** Figures and how they are shown. */
package dev.uprobe.bench.report;
