package dev.uprobe.agent.metrics;

import dev.uprobe.api.v1alpha1.UprobeAttachmentStatus;

/** What is known of one trace on this node: what its attachment's status would say now. */
public record TraceStatus(String namespace, String trace, UprobeAttachmentStatus status) {}
