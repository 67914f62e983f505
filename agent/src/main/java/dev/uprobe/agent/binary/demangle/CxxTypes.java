package dev.uprobe.agent.binary.demangle;

import dev.uprobe.agent.binary.demangle.TypeText.Kind;
import java.util.Optional;

/** Reads types (Itanium C++ ABI, 5.1.5). */
final class CxxTypes {
  private final CxxName whole;
  private final MangledName in;

  CxxTypes(CxxName whole) {
    this.whole = whole;
    this.in = whole.in();
  }

  TypeText read() {
    in.enter();
    TypeText type = builtin().orElseGet(this::compound);
    in.leave();
    in.spend(type.length());
    return type;
  }

  private Optional<TypeText> builtin() {
    Optional<TypeText> builtin = BuiltinType.of(in.peek(), in.peek(1));
    if (builtin.isPresent()) {
      in.take(in.peek() == 'D' ? 2 : 1);
      return builtin;
    }
    if (in.accept("DF")) {
      String bits = "_Float" + in.number();
      return Optional.of(TypeText.plain(in.accept('b') ? "std::bfloat16_t" : suffixed(bits)));
    }
    return Optional.empty();
  }

  private String suffixed(String bits) {
    boolean extended = in.accept('x');
    in.accept('_');
    return extended ? bits + "x" : bits;
  }

  private TypeText compound() {
    char c = in.peek();
    return switch (c) {
      case 'S' -> repeatedOrInStd();
      case 'T' -> parameterOrElaborated();
      case 'r', 'V', 'K' -> whole.substitutable(qualified());
      case 'P' -> declared("*", Kind.PLAIN);
      case 'R' -> declared("&", Kind.REFERENCE);
      case 'O' -> declared("&&", Kind.RVALUE_REFERENCE);
      case 'F' -> whole.substitutable(function(""));
      case 'A' -> whole.substitutable(array());
      case 'M' -> whole.substitutable(memberPointer());
      case 'C' -> declared(" _Complex", Kind.PLAIN);
      case 'G' -> declared(" _Imaginary", Kind.PLAIN);
      case 'U' -> vendorQualified();
      case 'u' -> {
        in.next();
        yield whole.substitutable(TypeText.plain(in.take(in.number())));
      }
      case 'D' -> whole.substitutable(decorated());
      default -> whole.substitutable(whole.names().read(false).prefix()).asType();
    };
  }

  private TypeText repeatedOrInStd() {
    if (in.peek(1) == 't') {
      return whole.substitutable(whole.names().read(false).prefix()).asType();
    }
    Substitute repeated = whole.substitution();
    return in.peek() == 'I'
        ? whole.substitutable(repeated.asPrefix().with(whole.templates().read(false))).asType()
        : repeated.asType();
  }

  private TypeText parameterOrElaborated() {
    if (in.peek(1) == 's' || in.peek(1) == 'u' || in.peek(1) == 'e') {
      in.take(2);
      return whole.substitutable(whole.names().read(false).prefix()).asType();
    }
    TypeText parameter = whole.substitutable(whole.templates().parameter());
    return in.peek() == 'I'
        ? whole.substitutable(parameter.asPrefix().with(whole.templates().read(false))).asType()
        : parameter;
  }

  private TypeText qualified() {
    String qualifiers = whole.names().qualifiers();
    if (in.peek() == 'F' || in.peek() == 'D' && (in.peek(1) == 'o' || in.peek(1) == 'O')) {
      return function(qualifiers);
    }
    return read().each(type -> qualified(type, qualifiers));
  }

  private static TypeText qualified(TypeText type, String qualifiers) {
    if (type.left().endsWith(qualifiers)) {
      return type;
    }
    return switch (type.kind()) {
      // A const array is an array of what is const.
      case ARRAY -> TypeText.of(type.left() + qualifiers, type.right(), type.kind());
      case FUNCTION -> TypeText.of(type.left(), type.right() + qualifiers, type.kind());
      case REFERENCE, RVALUE_REFERENCE -> type;
      default -> TypeText.of(type.left() + qualifiers, type.right(), type.kind());
    };
  }

  private TypeText declared(String declarator, Kind become) {
    in.next();
    TypeText type = read();
    return whole.substitutable(type.each(each -> declared(each, declarator, become)));
  }

  /** Of references to references, one that is no rvalue reference wins. */
  private static TypeText declared(TypeText type, String declarator, Kind become) {
    if (become != Kind.PLAIN && type.kind() == Kind.REFERENCE) {
      return type;
    }
    if (type.kind() == Kind.RVALUE_REFERENCE && become != Kind.PLAIN) {
      return become == Kind.RVALUE_REFERENCE
          ? type
          : TypeText.of(type.left().substring(0, type.left().length() - 1), type.right(), become);
    }
    return type.with(declarator, become);
  }

  private TypeText function(String qualifiers) {
    String thrown = "";
    if (in.accept("Do")) {
      thrown = " noexcept";
    } else if (in.accept("DO")) {
      thrown = " noexcept(" + whole.expressions().read() + ")";
      in.expect('E');
    }
    in.expect('F');
    in.accept('Y');
    TypeText result = read();
    StringBuilder parameters = new StringBuilder("(");
    String reference = "";
    while (!in.accept('E')) {
      if (in.looksAt("RE") || in.looksAt("OE")) {
        reference = in.next() == 'R' ? " &" : " &&";
        continue;
      }
      TypeText type = read();
      boolean isNone = type.isPack() && type.pack().isEmpty() || type.text().equals("void");
      if (!isNone) {
        parameters.append(parameters.length() > 1 ? ", " : "").append(type.text());
      }
    }
    String right = parameters.append(")").append(qualifiers).append(reference) + thrown;
    return TypeText.of(result.left() + " ", right + result.right(), Kind.FUNCTION);
  }

  private TypeText array() {
    in.expect('A');
    String length;
    if (in.atDigit()) {
      length = String.valueOf(in.number());
    } else {
      length = in.peek() == '_' ? "" : whole.expressions().read();
    }
    in.expect('_');
    return read()
        .each(
            element ->
                TypeText.of(
                    element.left(),
                    " [" + length + "]" + element.right().stripLeading(),
                    Kind.ARRAY));
  }

  private TypeText memberPointer() {
    in.expect('M');
    TypeText type = read();
    TypeText member = read();
    return member.kind() == Kind.FUNCTION || member.kind() == Kind.ARRAY
        ? member.with(type.text() + "::*", Kind.PLAIN)
        : member.with(" " + type.text() + "::*", Kind.PLAIN);
  }

  private TypeText vendorQualified() {
    in.expect('U');
    String qualifier = in.take(in.number());
    String arguments = in.peek() == 'I' ? whole.templates().read(false) : "";
    return whole.substitutable(read().with(" " + qualifier + arguments, Kind.PLAIN));
  }

  private TypeText decorated() {
    if (in.accept("Dp")) {
      return read();
    }
    if (in.accept("Dt") || in.accept("DT")) {
      String expression = whole.expressions().read();
      in.expect('E');
      return TypeText.plain("decltype (" + expression + ")");
    }
    if (in.accept("Dv")) {
      String size = in.atDigit() ? String.valueOf(in.number()) : whole.expressions().read();
      in.expect('_');
      return read().with(" __vector(" + size + ")", Kind.PLAIN);
    }
    if (in.peek(1) == 'o' || in.peek(1) == 'O') {
      return function("");
    }
    throw new MangledName.Unreadable();
  }
}
