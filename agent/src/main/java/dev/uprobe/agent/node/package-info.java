/**
 * One node of a cluster: its attachments and pods are watched, their containers traced, and what
 * became of it is reported.
 */
package dev.uprobe.agent.node;
