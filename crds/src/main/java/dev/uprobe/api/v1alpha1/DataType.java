package dev.uprobe.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an argument or a return value is read. */
public enum DataType {
  @JsonProperty("i8")
  I8,
  @JsonProperty("i16")
  I16,
  @JsonProperty("i32")
  I32,
  @JsonProperty("i64")
  I64,
  @JsonProperty("u8")
  U8,
  @JsonProperty("u16")
  U16,
  @JsonProperty("u32")
  U32,
  @JsonProperty("u64")
  U64,
  @JsonProperty("f32")
  F32,
  @JsonProperty("f64")
  F64,
  @JsonProperty("bool")
  BOOL,
  @JsonProperty("char")
  CHAR,
  @JsonProperty("pointer")
  POINTER,
  @JsonProperty("string")
  STRING,
  @JsonProperty("bytes")
  BYTES;

  /** Returns whether there can be an array of it. */
  public boolean isNumber() {
    return compareTo(BOOL) < 0;
  }
}
