/**
 * Which implementation a process has chosen for an indirect function (STT_GNU_IFUNC): read from the
 * slots that the dynamic linker has filled in.
 */
package dev.uprobe.agent.process.ifunc;
