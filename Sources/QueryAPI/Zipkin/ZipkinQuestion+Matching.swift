import TraceModel
import TraceQuery

extension ZipkinQuestion {
  /// Whether the trace is meant. Each condition may hold for another span; where a service is named, for one of its spans.
  func matches(_ trace: ZipkinTrace, callees: () throws -> Set<String>) rethrows -> Bool {
    var missing = annotations
    var (hasService, hasName, hasDuration) = (serviceName == nil, spanName == nil, duration == nil)
    var hasRemote = remoteServiceName == nil
    for span in trace.spans where serviceName == nil || span.localEndpoint?.serviceName == serviceName {
      hasService = true
      if span.name == spanName { hasName = true }
      if let duration, let length = span.duration,
        duration.contains(TraceModel.Duration(nanoseconds: length.multipliedReportingOverflow(by: 1000).partialValue))
      {
        hasDuration = true
      }
      if span.remoteEndpoint?.serviceName == remoteServiceName { hasRemote = true }
      for annotation in span.annotations ?? [] where missing[annotation.value] == "" {
        missing[annotation.value] = nil
      }
      for (key, value) in missing {
        if let tag = span.tags?[key], value.isEmpty || value == tag { missing[key] = nil }
      }
    }
    guard hasService && hasName && hasDuration && missing.isEmpty else { return false }
    guard !hasRemote, let remoteServiceName else { return true }
    return try callees().contains(remoteServiceName)
  }

  /// Of what kinds of spans every trace that is meant has at least one.
  /// - Parameter names: what the ring calls the services that are meant.
  func traits(services names: [String], spanNames: [String]) -> [SpanTraits] {
    var any = SpanTraits()
    any.start = start
    var traits = [any]
    func choose<Value>(_ part: WritableKeyPath<SpanTraits, Value?>, _ values: [Value]) {
      if values.isEmpty { return }
      traits = traits.flatMap { one in
        values.map { value in
          var one = one
          one[keyPath: part] = value
          return one
        }
      }
    }
    if serviceName != ZipkinNames.unknownService { choose(\.service, names) }
    choose(\.spanName, spanNames)
    // What else is asked may hold for another span than the name does.
    if spanNames.isEmpty { traits = traits.flatMap(rarest) }
    return Array(traits.prefix(APILimits.zipkinFiltersMax))
  }

  /// With the condition that leaves the fewest spans to look at, in all forms that its value may have been sent in.
  private func rarest(_ traits: SpanTraits) -> [SpanTraits] {
    var one = traits
    for (key, value) in annotations.sorted(by: { $0.key < $1.key }) where !value.isEmpty && !Self.isMadeUp(key) {
      one.attributeKey = key
      var values: [AttributeValue] = [.string(value)]
      if let number = Int64(value) { values.append(.int(number)) }
      if let number = Double(value) { values.append(.double(number)) }
      if value == "true" || value == "false" { values.append(.bool(value == "true")) }
      return values.map { value in
        one.attributeValue = value
        return one
      }
    }
    if annotations[SemanticAttributes.error] != nil {
      var other = traits
      one.hasFailed = true
      other.attributeKey = SemanticAttributes.error
      return [one, other]
    }
    one.duration = duration
    return [one]
  }

  /// Tags that are no attributes.
  private static func isMadeUp(_ key: String) -> Bool {
    key.hasPrefix("otel.") || key.hasPrefix("otlp.link.") || key == "w3c.tracestate" || key == SemanticAttributes.error
  }
}
