/** From the names of symbols to those that programmers write: C++ and Rust. */
package dev.uprobe.agent.binary.demangle;
