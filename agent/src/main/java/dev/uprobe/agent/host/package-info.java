/** Running traces on a host: from their plans to attached probes and written events. */
package dev.uprobe.agent.host;
