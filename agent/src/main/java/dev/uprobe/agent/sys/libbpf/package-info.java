/** libbpf and bpf(2) as Java sees them: handles that are closed, errors that are exceptions. */
package dev.uprobe.agent.sys.libbpf;
