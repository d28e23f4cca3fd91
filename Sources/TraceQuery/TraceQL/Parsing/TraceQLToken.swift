/// A word of TraceQL.
enum TraceQLToken: Hashable {
  /// Braces, parentheses, operators; any character that TraceQL has no use for.
  case sign(String)
  /// A field, a function or a keyword, as it was written.
  case word(String)
  /// An attribute: what stands before its key and the dot, empty for none, and the key.
  case attribute(scope: String, key: String)
  case string(String)
  /// Without its sign, which is an operator.
  case int(UInt64)
  case double(Double)
  case duration(nanoseconds: Int64)
  case end
}

extension TraceQLToken {
  /// As it is named in a message.
  var name: String {
    switch self {
    case .sign(let text), .word(let text): "\"\(text)\""
    case .attribute(let scope, let key): "\"\(scope).\(key)\""
    case .string: "a text"
    case .int, .double: "a number"
    case .duration: "a duration"
    case .end: "the end"
    }
  }
}
