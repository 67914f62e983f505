/** System calls that Java has no word for. */
package dev.uprobe.agent.sys.libc;
