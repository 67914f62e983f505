/** What every part of the benchmark runs: traces, the agent, and a look at what a process uses. */
package dev.uprobe.bench.run;
