package dev.uprobe.agent.engine.program;

/**
 * An instruction of a file to which a program is linked.
 *
 * @param offset in the file
 * @param cookie what the program reads when it runs there
 * @param refCounterOffset where in the file the kernel counts the tracers of a USDT probe (its
 *     semaphore); 0 for nowhere
 */
public record LinkTarget(long offset, long cookie, long refCounterOffset) {}
