/** Code that the operator and the agent share because both run as pods of a cluster. */
package dev.uprobe.kube;
