/**
 * Events and aggregates as JSON, one object a line. What events of one probe, function or thread
 * share is written once and copied; {@link dev.uprobe.agent.events.json.JsonLine} does the rest.
 */
package dev.uprobe.agent.events.json;
