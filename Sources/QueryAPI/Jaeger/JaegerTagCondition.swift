import TraceModel
import TraceQuery

/// A tag that a span is to have. Its value is a text, whatever type the span's own value is of.
struct JaegerTagCondition: Hashable, Sendable {
  var key: String
  var value: String

  /// What a search looks for in place of the tag: at least one of these. Nothing where no search can tell.
  var choices: [SpanTraits] {
    switch key {
    case "span.kind":
      if let kind = SpanKind(value) { return [Self.traits { $0.kind = kind }] }
    case "otel.status_code":
      if let code = Self.statusCodes[value.uppercased()] { return [Self.traits { $0.status = code }] }
    case "error" where value == "true":
      return [Self.traits { $0.status = .error }] + attributes
    case "error" where value == "false":
      return [Self.traits { $0.status = .unset }, Self.traits { $0.status = .ok }]
    case "otel.scope.name", "otel.scope.version", "otel.status_description", "w3c.tracestate":
      return []
    default: break
    }
    return attributes
  }

  private var attributes: [SpanTraits] {
    values.map { value in
      Self.traits { ($0.attributeKey, $0.attributeValue) = (key, value) }
    }
  }

  private static func traits(_ set: (inout SpanTraits) -> Void) -> SpanTraits {
    var traits = SpanTraits()
    set(&traits)
    return traits
  }

  func holds(for span: Span) -> Bool {
    if key == "error" && value == "false" { return span.status.code != .error }
    let tags = span.jaegerTags.filter { $0.key == key }
    if !tags.isEmpty { return tags.contains { $0.value.isMeant(by: value) } }
    if key == "otel.status_code" && value.uppercased() == "UNSET" { return span.status.code == .unset }
    return span.resource.attributes[key].map { JaegerValue($0).isMeant(by: value) } ?? false
  }

  /// What the text may have been before it was one.
  private var values: [AttributeValue] {
    var values: [AttributeValue] = [.string(value)]
    if value == "true" || value == "false" { values.append(.bool(value == "true")) }
    if let number = Int64(value) {
      values.append(.int(number))
    } else if let number = Double(value), number.isFinite {
      values.append(.double(number))
    }
    return values
  }

  private static let statusCodes: [String: SpanStatus.Code] = ["OK": .ok, "ERROR": .error, "UNSET": .unset]
}
