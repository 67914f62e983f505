/** How long attaching and detaching take. */
package dev.uprobe.bench.attach;
