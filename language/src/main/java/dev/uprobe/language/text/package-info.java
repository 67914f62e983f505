/**
 * What the project's small languages share: how they fail, and what a wrong name may have meant.
 */
package dev.uprobe.language.text;
