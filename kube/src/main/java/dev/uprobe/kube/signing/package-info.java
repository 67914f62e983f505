/** How the operator vouches for attachments, and agents know it. */
package dev.uprobe.kube.signing;
