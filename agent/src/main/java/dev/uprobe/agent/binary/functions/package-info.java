/**
 * The functions of a file, by name and by address: from its symbol tables, its debug file and Go's
 * own table. Begin with {@link dev.uprobe.agent.binary.functions.FunctionTable}.
 */
package dev.uprobe.agent.binary.functions;
