/** How fast events are decoded and written. */
package dev.uprobe.bench.reader;
