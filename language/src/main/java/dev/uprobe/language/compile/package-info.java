/** Compiles a trace to the plan that an agent runs, or reports all problems with it. */
package dev.uprobe.language.compile;
