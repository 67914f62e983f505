/** Reads the templates of messages, such as <code>charged {cents} in {duration}</code>. */
package dev.uprobe.language.message;
