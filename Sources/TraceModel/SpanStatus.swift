/// OTLP's Status: whether the instrumentation calls the span failed, and why.
package struct SpanStatus: Hashable, Sendable {
  package var code: Code
  package var message: String

  package init(code: Code = .unset, message: String = "") {
    self.code = code
    self.message = message
  }

  /// OTLP's StatusCode. Open: a number that this version does not know survives as it is.
  package struct Code: RawRepresentable, Hashable, Sendable {
    package var rawValue: Int32

    @inlinable package init(rawValue: Int32) {
      self.rawValue = rawValue
    }

    package static let unset = Code(rawValue: 0)
    package static let ok = Code(rawValue: 1)
    package static let error = Code(rawValue: 2)
  }
}

extension SpanStatus.Code: CustomStringConvertible {
  /// OpenTelemetry's word in lower case, or `status(7)` for a number it does not define.
  package var description: String {
    switch self {
    case .unset: "unset"
    case .ok: "ok"
    case .error: "error"
    default: "status(\(rawValue))"
    }
  }
}
