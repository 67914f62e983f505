/** The containers of this host: their processes, and the files that those see. */
package dev.uprobe.agent.containers;
