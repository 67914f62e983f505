/**
 * The table that the Go runtime finds functions by (runtime.pclntab), also in stripped programs.
 */
package dev.uprobe.agent.binary.gotable;
