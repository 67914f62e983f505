/** What a probe sends: decoding records of the ring buffer, and showing them as text or JSON. */
package dev.uprobe.agent.events.model;
