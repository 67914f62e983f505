/** Decides whether a trace may run, and in which phase it is. */
package dev.uprobe.operator.validation;
