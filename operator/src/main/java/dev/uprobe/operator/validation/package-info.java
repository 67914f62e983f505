/** Whether a trace may run, and whether it is its time to. */
package dev.uprobe.operator.validation;
