/**
 * Decides which nodes a trace should run on, and which attachments to create, update and delete.
 */
package dev.uprobe.operator.schedule;
