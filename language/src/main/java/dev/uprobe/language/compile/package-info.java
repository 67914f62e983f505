/**
 * From a spec to a plan: begin with {@link dev.uprobe.language.compile.TraceCompiler}. All problems
 * of a spec are collected, each with the path of its field, and no plan is made if there is one.
 *
 * <p>The compiler does no I/O. What only a file can tell (types from debug information) makes a
 * deferred plan, which is completed once a file is found. Used by the command line, the operator's
 * validation and the agents.
 */
package dev.uprobe.language.compile;
