/// Which fields a message has and how each stands on the wire: all of OTLP's and of
/// Zipkin's that Spoor reads, by field number.
enum MessageShape {
  case request, resourceSpans, scopeSpans
  case resource, entityReference, scope
  case span, event, link, status
  case keyValue, anyValue, arrayValue, keyValueList
  case response, partialSuccess, refusal
  /// Zipkin's, which stand in no message of OTLP's.
  case zipkinSpans, zipkinSpan, zipkinEndpoint, zipkinAnnotation, zipkinTag

  enum Field: Equatable {
    case varint, fixed32, fixed64, bytes
    case message(MessageShape)
  }

  /// Nothing for a field of a later version, which is skipped.
  func field(_ number: UInt32) -> Field? {
    switch (self, number) {
    case (.request, 1): .message(.resourceSpans)

    case (.resourceSpans, 1): .message(.resource)
    case (.resourceSpans, 2): .message(.scopeSpans)
    case (.resourceSpans, 3): .bytes

    case (.scopeSpans, 1): .message(.scope)
    case (.scopeSpans, 2): .message(.span)
    case (.scopeSpans, 3): .bytes

    case (.resource, 1): .message(.keyValue)
    case (.resource, 2): .varint
    case (.resource, 3): .message(.entityReference)

    case (.entityReference, 1...4): .bytes

    case (.scope, 1...2): .bytes
    case (.scope, 3): .message(.keyValue)
    case (.scope, 4): .varint

    case (.span, 1...5): .bytes
    case (.span, 6), (.span, 10), (.span, 12), (.span, 14): .varint
    case (.span, 7...8): .fixed64
    case (.span, 9): .message(.keyValue)
    case (.span, 11): .message(.event)
    case (.span, 13): .message(.link)
    case (.span, 15): .message(.status)
    case (.span, 16): .fixed32

    case (.event, 1): .fixed64
    case (.event, 2): .bytes
    case (.event, 3): .message(.keyValue)
    case (.event, 4): .varint

    case (.link, 1...3): .bytes
    case (.link, 4): .message(.keyValue)
    case (.link, 5): .varint
    case (.link, 6): .fixed32

    case (.status, 2): .bytes
    case (.status, 3): .varint

    case (.keyValue, 1): .bytes
    case (.keyValue, 2): .message(.anyValue)
    case (.keyValue, 3): .varint

    case (.anyValue, 1), (.anyValue, 7): .bytes
    case (.anyValue, 2...3), (.anyValue, 8): .varint
    case (.anyValue, 4): .fixed64
    case (.anyValue, 5): .message(.arrayValue)
    case (.anyValue, 6): .message(.keyValueList)

    case (.arrayValue, 1): .message(.anyValue)
    case (.keyValueList, 1): .message(.keyValue)

    case (.response, 1): .message(.partialSuccess)
    case (.partialSuccess, 1): .varint
    case (.partialSuccess, 2): .bytes

    case (.refusal, 1): .varint
    case (.refusal, 2): .bytes

    case (.zipkinSpans, 1): .message(.zipkinSpan)

    case (.zipkinSpan, 1...3), (.zipkinSpan, 5): .bytes
    case (.zipkinSpan, 4), (.zipkinSpan, 7), (.zipkinSpan, 12...13): .varint
    case (.zipkinSpan, 6): .fixed64
    case (.zipkinSpan, 8...9): .message(.zipkinEndpoint)
    case (.zipkinSpan, 10): .message(.zipkinAnnotation)
    case (.zipkinSpan, 11): .message(.zipkinTag)

    case (.zipkinEndpoint, 1...3): .bytes
    case (.zipkinEndpoint, 4): .varint

    case (.zipkinAnnotation, 1): .fixed64
    case (.zipkinAnnotation, 2): .bytes

    case (.zipkinTag, 1...2): .bytes

    default: nil
    }
  }
}

extension MessageShape {
  /// Reads a message to its last field, so that whatever passes is well-formed, with every known field on the wire as
  /// it should be and values at most `RequestLimits.valueDepthMax` deep, unknown fields aside.
  ///
  /// Only values contain their own kind, so the bound on their depth is one on the recursion.
  func validate(_ range: Range<Int>, in bytes: RawSpan, depth: Int = 0) throws(DecodeError) {
    var cursor = WireCursor(range)
    while let field = try cursor.next(of: self, in: bytes) {
      try field.validate(in: bytes, depth: depth)
    }
  }
}

extension WireField {
  /// Reads the message in the field, if it holds one.
  func validate(in bytes: RawSpan, depth: Int = 0) throws(DecodeError) {
    guard case .message(let shape) = shape else { return }
    let depth = shape == .anyValue ? depth + 1 : depth
    guard depth <= RequestLimits.valueDepthMax else { throw .tooDeep(at: content.lowerBound) }
    try shape.validate(content, in: bytes, depth: depth)
  }
}
