/** What this host can do for tracing, what is missing, and how to mend it. */
package dev.uprobe.agent.doctor;
