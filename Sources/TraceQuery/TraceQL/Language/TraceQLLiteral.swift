import TraceModel

/// A value as it is written.
package enum TraceQLLiteral: Hashable, Sendable {
  case int(Int64)
  /// Finite.
  case double(Double)
  case string(String)
  case bool(Bool)
  /// May be negative, unlike the duration of a span.
  case duration(nanoseconds: Int64)
  case status(SpanStatus.Code)
  case kind(SpanKind)
  case outcome(Outcome)
  /// What an attribute is that is not there.
  case `nil`
}

extension TraceQLLiteral: CustomStringConvertible {
  package var description: String {
    switch self {
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .string(let text): Self.quoted(text)
    case .bool(let flag): "\(flag)"
    case .duration(let nanoseconds): Self.text(nanoseconds)
    case .status(let code): code.description
    case .kind(let kind): kind.description
    case .outcome(let outcome): outcome.description
    case .nil: "nil"
    }
  }

  var isNegative: Bool {
    switch self {
    case .int(let number): number < 0
    case .double(let number): number.sign == .minus
    case .duration(let nanoseconds): nanoseconds < 0
    default: false
    }
  }

  static func quoted(_ text: String) -> String {
    var quoted = "\"".unicodeScalars
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        quoted.append("\\")
        quoted.append(scalar)
      case "\n": quoted.append(contentsOf: "\\n".unicodeScalars)
      case "\r": quoted.append(contentsOf: "\\r".unicodeScalars)
      case "\t": quoted.append(contentsOf: "\\t".unicodeScalars)
      default: quoted.append(scalar)
      }
    }
    quoted.append("\"")
    return String(quoted)
  }

  /// In the largest unit of which it is a whole number, so that it is exact.
  private static func text(_ nanoseconds: Int64) -> String {
    let units: [(name: String, length: UInt64)] = [
      ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000),
    ]
    let sign = nanoseconds < 0 ? "-" : ""
    if nanoseconds == 0 { return "0s" }
    for unit in units where nanoseconds.magnitude % unit.length == 0 {
      return "\(sign)\(nanoseconds.magnitude / unit.length)\(unit.name)"
    }
    return "\(nanoseconds)ns"
  }
}
