/// OTLP's SpanKind. Open: a number that this version does not know survives as it is.
package struct SpanKind: RawRepresentable, Hashable, Sendable {
  package var rawValue: Int32

  @inlinable package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  package static let unspecified = SpanKind(rawValue: 0)
  package static let `internal` = SpanKind(rawValue: 1)
  package static let server = SpanKind(rawValue: 2)
  package static let client = SpanKind(rawValue: 3)
  package static let producer = SpanKind(rawValue: 4)
  package static let consumer = SpanKind(rawValue: 5)

  /// Whether the span calls or sends to somebody else.
  package var isOutgoing: Bool { self == .client || self == .producer }

  /// Whether the span answers or receives from somebody else.
  package var isIncoming: Bool { self == .server || self == .consumer }
}

extension SpanKind: CustomStringConvertible {
  /// OpenTelemetry's word in lower case, or `kind(7)` for a number it does not define.
  package var description: String {
    switch self {
    case .unspecified: "unspecified"
    case .internal: "internal"
    case .server: "server"
    case .client: "client"
    case .producer: "producer"
    case .consumer: "consumer"
    default: "kind(\(rawValue))"
    }
  }
}

extension SpanKind {
  /// Those that OpenTelemetry defines, by their numbers.
  package static let known: [SpanKind] = [.unspecified, .internal, .server, .client, .producer, .consumer]

  /// - Parameter word: as in `description`, in whatever case.
  package init?(_ word: some StringProtocol) {
    let word = word.lowercased()
    guard let kind = Self.known.first(where: { $0.description == word }) else { return nil }
    self = kind
  }
}
