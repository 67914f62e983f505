/** What informers keep of the objects that they watch. */
package dev.uprobe.store;
