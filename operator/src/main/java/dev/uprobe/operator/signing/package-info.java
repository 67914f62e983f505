/** The key by which the operator signs. */
package dev.uprobe.operator.signing;
