/** What the operator and the agent share as pods of a cluster. */
package dev.uprobe.kube;
