/** Signatures of attachments: the operator signs, agents verify. */
package dev.uprobe.kube.signing;
