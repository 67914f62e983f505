/** What the addresses of call stacks stand for: functions of files that processes have mapped. */
package dev.uprobe.agent.events.stack;
