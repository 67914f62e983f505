/** Static probes that programs bring along (USDT), and where their arguments are. */
package dev.uprobe.agent.binary.usdt;
