import TraceModel

@testable import RingStore

extension SpanFilter {
  /// What a filter means, in the plainest way: the spans that a search has to find.
  func matches(_ span: TraceModel.Span, _ window: TimeWindow) -> Bool {
    window.contains(span.end) && conditions.allSatisfy { Self.holds($0, span) }
  }

  private static func holds(_ condition: Condition, _ span: TraceModel.Span) -> Bool {
    func value(_ scope: Scope, _ key: String) -> AttributeValue? {
      let (own, resource) = (span.attributes[key], span.resource.attributes[key])
      return switch scope {
      case .span: own
      case .resource: resource
      case .any: own ?? resource
      }
    }
    return switch condition {
    case .service(let name): value(.resource, "service.name") == .string(name)
    case .serviceNamespace(let name): value(.resource, "service.namespace") == .string(name)
    case .spanName(let name): name.utf8.elementsEqual(span.name.utf8)
    case .kind(let kind): span.kind == kind
    case .status(let code): span.status.code == code
    case .outcome(let outcome): outcome == (span.status.code == .error ? .fault : .ok)
    case .duration(let range): range.contains(span.end < span.start ? .zero : span.end.since(span.start))
    case .start(let range): range.contains(span.start)
    case .end(let range): range.contains(span.end)
    case .attribute(let scope, let key, let wanted): value(scope, key).map { isEqual($0, wanted) } ?? false
    case .hasAttribute(let scope, let key): value(scope, key) != nil
    case .name(let test): test.passes(.string(span.name))
    case .attributeValue(let scope, let key, let test): value(scope, key).map(test.passes) ?? false
    case .anyOf(let filters): filters.contains { $0.conditions.allSatisfy { holds($0, span) } }
    case .not(let filter): !filter.conditions.allSatisfy { holds($0, span) }
    }
  }

  private static func isEqual(_ value: AttributeValue, _ wanted: Value) -> Bool {
    switch (value, wanted) {
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.bool(let left), .bool(let right)): left == right
    case (.int(let left), .int(let right)): left == right
    case (.double(let left), .double(let right)): left == right
    case (.int(let left), .double(let right)): right.rounded() == right && Int64(right) == left
    case (.array(let elements), _): elements.contains { isEqual($0, wanted) }
    case (.double(let left), .int(let right)): left.rounded() == left && abs(left) < 1e15 && Int64(left) == right
    default: false
    }
  }
}

/// Spans as services send them, with what a search asks about in every variety.
struct SearchableSpans {
  var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(state: seed)
  }

  mutating func span(_ number: UInt64) -> TraceModel.Span {
    let start = noon() + .seconds(number) + Duration(nanoseconds: random.next() % 5_000_000_000)
    let length = random.next() % (below(40) == 0 ? 9_000_000_000 : 200_000_000)
    return Span(
      traceID: TraceID(high: 5, low: number / 3 + 1), spanID: SpanID(rawValue: number + 1),
      name: ["GET /", "GET /cart", "work", String(repeating: "long ", count: 20)][below(4)],
      kind: SpanKind(rawValue: Int32(below(7))), start: start,
      end: below(50) == 0
        ? Timestamp(unixNanoseconds: start.unixNanoseconds - 1) : start + Duration(nanoseconds: length),
      attributes: attributes(number), status: SpanStatus(code: SpanStatus.Code(rawValue: Int32(below(3)))),
      resource: resource())
  }

  private mutating func attributes(_ number: UInt64) -> [Attribute] {
    var attributes = [Attribute("http.route", .string("/\(below(5))")), Attribute("order", .int(Int64(number)))]
    switch below(6) {
    case 0: attributes.append(Attribute("sampled", .bool(below(2) == 0)))
    case 1: attributes.append(Attribute("ratio", .double(Double(below(4)) / 2)))
    case 2: attributes.append(Attribute("host.name", .string("b")))
    case 3: attributes.append(Attribute("order", .int(-1)))
    case 4:
      attributes.append(
        Attribute("tags", .array([.string("t\(number % 9)"), .int(Int64(number % 7)), .double(0.5)])))
    default: break
    }
    if below(9) == 0 { attributes.removeFirst(2) }
    return attributes
  }

  private mutating func resource() -> Resource {
    let service = below(10)
    var attributes = [Attribute("host.name", .string(["a", "b"][below(2)]))]
    if service > 0 { attributes.append(Attribute("service.name", .string("service \(service)"))) }
    if service > 6 { attributes.append(Attribute("service.namespace", .string("shop"))) }
    return Resource(attributes: attributes)
  }

  mutating func filter() -> SpanFilter {
    SpanFilter((0..<below(3) + (below(5) == 0 ? 0 : 1)).map { _ in condition() })
  }

  private mutating func condition() -> SpanFilter.Condition {
    let scope = [SpanFilter.Scope.span, .resource, .any][below(3)]
    switch below(24) {
    case 16, 17: return .anyOf((0..<1 + below(3)).map { _ in filter() })
    case 18, 19: return .not(filter())
    case 20: return .name(ValueTest("ends in t", text: { $0.last == UInt8(ascii: "t") }))
    case 21, 22:
      let key = ["http.route", "host.name", "service.name"][below(3)]
      let number = UInt8(ascii: "0") + UInt8(below(5))
      return .attributeValue(scope, key, ValueTest("ends in \(number)", text: { $0.last == number }))
    case 23:
      let least = below(2000)
      return .attributeValue(
        scope, ["order", "ratio", "sampled"][below(3)],
        ValueTest("above \(least)", text: { _ in true }, other: { $0.intValue.map { $0 > least } ?? true }))
    case 0: return .service("service \(below(12))")
    case 1: return .serviceNamespace(["shop", "shops"][below(2)])
    case 2: return .spanName(["GET /", "work", "nothing", String(repeating: "long ", count: 20)][below(4)])
    case 3: return .kind(SpanKind(rawValue: Int32(below(7))))
    case 4: return .status([.ok, .error, .unset][below(3)])
    case 5: return .outcome([.ok, .error, .throttle, .fault][below(4)])
    case 6: return .duration(Duration.zero...Duration(nanoseconds: random.next() % 100_000_000))
    case 7: return .duration(Duration(nanoseconds: random.next() % 9_000_000_000)...Duration(nanoseconds: .max))
    case 8: return .start(noon() + .seconds(UInt64(below(900)))...noon() + .seconds(UInt64(900 + below(900))))
    case 9: return .end(noon() + .seconds(UInt64(below(900)))...noon() + .seconds(UInt64(900 + below(900))))
    case 10: return .attribute(scope, "order", equals: .int(Int64(below(2000)) - 1))
    case 13 where below(2) == 0:
      return .attribute(
        scope, "tags", equals: [.string("t\(below(9))"), .int(Int64(below(9))), .double(0.5)][below(3)])
    case 11: return .attribute(scope, "http.route", equals: .string("/\(below(6))"))
    case 12: return .attribute(scope, "sampled", equals: .bool(below(2) == 0))
    case 13: return .attribute(scope, "ratio", equals: [.double(0.5), .int(1), .double(1), .double(7)][below(4)])
    case 14: return .attribute(scope, "host.name", equals: .string(["a", "b"][below(2)]))
    default: return .hasAttribute(scope, ["order", "ratio", "host.name", "service.name", "nowhere"][below(5)])
    }
  }

  mutating func window() -> TimeWindow {
    switch below(4) {
    case 0: .all
    case 1: TimeWindow(from: noon() + .seconds(UInt64(below(1800))))
    case 2: TimeWindow(to: noon() + .seconds(UInt64(below(1800))))
    default: TimeWindow(from: noon() + .seconds(UInt64(below(900))), to: noon() + .seconds(UInt64(900 + below(900))))
    }
  }

  mutating func below(_ bound: UInt64) -> Int { Int(random.next() % bound) }
}
