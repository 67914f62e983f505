/**
 * What the kernel reports of processes and files, without polling: new mappings and names of
 * threads (perf events), ends of processes (pidfd), changed files (inotify, leases) and paths.
 * Listeners are called on the poller's thread.
 */
package dev.uprobe.agent.process.watch;
