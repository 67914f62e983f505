/**
 * The reconciler of traces: begin with {@link dev.uprobe.operator.reconcile.UprobeTraceReconciler}.
 *
 * <p>It validates a trace ({@code validation}), decides which nodes run matching pods ({@code
 * schedule}), applies one signed attachment a node, and sums up their statuses ({@code status}).
 * The decisions are pure functions of what informers have seen; java-operator-sdk calls the
 * reconciler again when any of that changes, and retries it when it throws.
 */
package dev.uprobe.operator.reconcile;
