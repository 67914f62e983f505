/**
 * Sinks on the way to an output: one drops what it has no room for, one keeps the latest events.
 */
package dev.uprobe.agent.events.sinks;
