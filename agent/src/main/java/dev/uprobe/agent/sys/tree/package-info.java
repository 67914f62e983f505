/** Opening files of file systems whose owners are not trusted. */
package dev.uprobe.agent.sys.tree;
