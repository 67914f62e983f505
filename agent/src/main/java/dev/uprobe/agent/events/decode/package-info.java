/** Counts and distributions that the kernel keeps: how they lie in its maps, and what they say. */
package dev.uprobe.agent.events.decode;
