/** The command line. */
package dev.uprobe.agent.cli;
