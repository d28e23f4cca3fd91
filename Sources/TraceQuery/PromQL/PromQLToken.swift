import TraceModel

/// A word of PromQL.
enum PromQLToken: Hashable {
  /// A name or a keyword.
  case word(String)
  case number(Double)
  case duration(Duration)
  case string(String)
  case sign(String)
  case end
}

extension PromQLToken: CustomStringConvertible {
  /// As an error names it.
  var description: String {
    switch self {
    case .word(let text): "\"\(text)\""
    case .number(let number): "the number \(number)"
    case .duration(let duration): "the duration \(duration)"
    case .string(let text): "the text \"\(text)\""
    case .sign(let sign): "\"\(sign)\""
    case .end: "the end"
    }
  }
}
