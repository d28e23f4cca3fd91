import TraceModel

/// A word of TraceQL (https://grafana.com/docs/tempo/latest/traceql/).
enum TraceQLToken: Hashable {
  /// Braces, parentheses, operators.
  case sign(String)
  /// A field or a keyword, as it was written.
  case word(String)
  /// An attribute: what stands before its first dot or colon, empty for none, and its key.
  case attribute(scope: String, key: String)
  case string(String)
  case int(Int64)
  case double(Double)
  case duration(TraceModel.Duration)
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
