/** How often which numbers occurred, as far as buckets tell. */
package dev.uprobe.language.histogram;
