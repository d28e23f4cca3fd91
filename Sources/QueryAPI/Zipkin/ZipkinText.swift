import FoundationEssentials
import TraceModel

extension AttributeValue {
  /// As a tag: text bare, everything that is not simple as JSON.
  var zipkinTag: String {
    switch self {
    case .empty: ""
    case .string(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .double(let number): number.zipkin
    case .bytes(let bytes): Data(bytes).base64EncodedString()
    case .array, .keyValueList: zipkinJSON
    }
  }

  /// No deeper than `AttributeValue.depthMax`, so the recursion is bounded.
  var zipkinJSON: String {
    switch self {
    case .empty: "null"
    case .string(let text): text.quoted
    case .bool, .int: zipkinTag
    case .double(let number): number.isFinite ? number.zipkin : number.zipkin.quoted
    case .bytes: zipkinTag.quoted
    case .array(let values): "[\(values.map(\.zipkinJSON).joined(separator: ","))]"
    case .keyValueList(let attributes): attributes.zipkinJSON
    }
  }
}

extension [Attribute] {
  /// An object, in the order of sending.
  var zipkinJSON: String {
    "{\(map { "\($0.key.quoted):\($0.value.zipkinJSON)" }.joined(separator: ","))}"
  }
}

extension Double {
  /// `1`, not `1.0`, as JavaScript and OpenTelemetry's exporters write it.
  fileprivate var zipkin: String {
    if let whole = Int64(exactly: self), whole.magnitude < 1 << 53 { return String(whole) }
    return isNaN ? "NaN" : isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : String(describing: self)
  }
}

extension String {
  /// In quotation marks, with what JSON wants escaped (RFC 8259, section 7).
  fileprivate var quoted: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1f}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
