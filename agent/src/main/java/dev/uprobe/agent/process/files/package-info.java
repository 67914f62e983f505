/**
 * Which files a user means: of processes that match a filter, by path, or by a library's name.
 * Begin with {@link dev.uprobe.agent.process.files.HostFiles}. Files are opened below the root of
 * the process that has them, whose owner is not trusted; they stay open until the caller has
 * attached.
 */
package dev.uprobe.agent.process.files;
