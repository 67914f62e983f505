/** The operator's signing key. */
package dev.uprobe.operator.signing;
