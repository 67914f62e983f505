/** The operator: how it is configured and put together. */
package dev.uprobe.operator;
