/** What a hit of a probe costs the program that is traced. */
package dev.uprobe.bench.hit;
