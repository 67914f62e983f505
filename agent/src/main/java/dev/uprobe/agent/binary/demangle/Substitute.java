package dev.uprobe.agent.binary.demangle;

/** A part of a C++ name that later parts may repeat. */
sealed interface Substitute permits TypeText, Prefix {

  TypeText asType();

  Prefix asPrefix();
}
