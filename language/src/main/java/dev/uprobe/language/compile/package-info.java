/** Compiles a trace to the plan that an agent carries out, or says all that is wrong with it. */
package dev.uprobe.language.compile;
