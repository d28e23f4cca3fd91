import RingStore
import TraceModel

/// Reads the part of TraceQL that searches answer: conditions on a span, joined with `&&`, between braces.
///
///     { resource.service.name = "cart" && duration > 100ms && .http.route = "/x" && .user.id != nil }
struct TraceQLParser {
  private var scanner: TraceQLScanner
  private var token = TraceQLToken.end
  /// Where `token` begins.
  private var position = 1
  private var depth = 0

  init(_ text: String) throws(TraceQLError) {
    guard text.utf8.count <= QueryLimits.questionBytesMax else {
      throw TraceQLError(at: QueryLimits.questionBytesMax, "longer than \(QueryLimits.questionBytesMax) bytes")
    }
    scanner = TraceQLScanner(text)
    try advance()
  }

  mutating func filter() throws(TraceQLError) -> SpanFilter {
    try expect("{", "such as { duration > 100ms }")
    var conditions: [SpanFilter.Condition] = []
    if token != .sign("}") { try joined(into: &conditions) }
    try expect("}", "or && and another condition")
    if token == .sign("|") { throw unsupported("a pipeline (|)") }
    guard token == .end else {
      throw TraceQLError(at: position, "expected the end after }: several { } at once are not supported yet")
    }
    return SpanFilter(conditions)
  }

  private mutating func joined(into conditions: inout [SpanFilter.Condition]) throws(TraceQLError) {
    while true {
      if token == .sign("(") {
        depth += 1
        guard depth <= QueryLimits.questionDepthMax else {
          throw TraceQLError(at: position, "more than \(QueryLimits.questionDepthMax) parentheses inside one another")
        }
        try advance()
        try joined(into: &conditions)
        try expect(")", "or && and another condition")
        depth -= 1
      } else {
        conditions.append(try condition())
      }
      if token == .sign("||") { throw unsupported("||") }
      guard token == .sign("&&") else { return }
      try advance()
    }
  }

  private mutating func condition() throws(TraceQLError) -> SpanFilter.Condition {
    switch token {
    case .word(let name): try intrinsic(name)
    case .attribute(let scope, let key): try attribute(scope, key)
    case .sign("!"): throw unsupported("!")
    default:
      throw TraceQLError(
        at: position,
        "expected a field, for example name, duration, .http.route or resource.service.name, "
          + "and found \(token.name)")
    }
  }

  // MARK: Words

  private mutating func advance() throws(TraceQLError) {
    (token, position) = try scanner.next()
  }

  private mutating func expect(_ sign: String, _ example: String) throws(TraceQLError) {
    guard token == .sign(sign) else {
      throw TraceQLError(at: position, "expected \(sign) (\(example)) and found \(token.name)")
    }
    try advance()
  }

  private func unsupported(_ what: String) -> TraceQLError {
    TraceQLError(at: position, "\(what) is not supported yet: conditions are joined with &&, as in { a = 1 && b = 2 }")
  }
}

// MARK: - Intrinsics

extension TraceQLParser {
  private mutating func intrinsic(_ name: String) throws(TraceQLError) -> SpanFilter.Condition {
    let start = position
    switch name.hasPrefix("span:") ? String(name.dropFirst(5)) : name {
    case "name":
      try equals(name)
      return .spanName(try text("GET /cart"))
    case "kind":
      try equals(name)
      return .kind(try keyword(Self.kinds))
    case "status":
      try equals(name)
      return .status(try keyword(Self.statuses))
    case "outcome":
      try equals(name)
      return .outcome(try keyword(Self.outcomes))
    case "duration":
      return .duration(try durations())
    default:
      if Self.unsupportedNames.contains(name) || name.contains(":") {
        throw TraceQLError(
          at: start, "\(name) is not supported yet; supported are name, kind, status, outcome, duration and attributes")
      }
      throw TraceQLError(
        at: start, "there is no field \"\(name)\"; an attribute is written .\(name), span.\(name) or resource.\(name)")
    }
  }

  private static let kinds: KeyValuePairs<String, SpanKind> = [
    "server": .server, "client": .client, "producer": .producer, "consumer": .consumer, "internal": .internal,
    "unspecified": .unspecified,
  ]
  private static let statuses: KeyValuePairs<String, SpanStatus.Code> = ["error": .error, "ok": .ok, "unset": .unset]
  private static let outcomes: KeyValuePairs<String, Outcome> = [
    "ok": .ok, "error": .error, "throttle": .throttle, "fault": .fault,
  ]
  /// Fields that TraceQL has and searches here do not answer yet.
  private static let unsupportedNames: Set = [
    "statusMessage", "traceDuration", "rootName", "rootServiceName", "nestedSetParent", "nestedSetLeft",
    "nestedSetRight", "childCount", "parent", "true", "false", "nil",
  ]

  /// The operator behind a field that can only be equal to something.
  private mutating func equals(_ field: String) throws(TraceQLError) {
    try advance()
    let sign = try comparison(of: field)
    guard sign == "=" else {
      throw TraceQLError(at: position, "\(field) \(sign) is not supported yet; write \(field) = …")
    }
    try advance()
  }

  private func comparison(of field: String) throws(TraceQLError) -> String {
    if case .sign(let sign) = token, ["=", "!=", "<", "<=", ">", ">=", "=~", "!~"].contains(sign) { return sign }
    throw TraceQLError(at: position, "expected an operator, for example \(field) = …, and found \(token.name)")
  }

  private mutating func text(_ example: String) throws(TraceQLError) -> String {
    guard case .string(let text) = token else {
      throw TraceQLError(at: position, "expected a text in quotes, for example \"\(example)\", and found \(token.name)")
    }
    try advance()
    return text
  }

  private mutating func keyword<Value>(_ known: KeyValuePairs<String, Value>) throws(TraceQLError) -> Value {
    guard case .word(let word) = token, let value = known.first(where: { $0.key == word })?.value else {
      throw TraceQLError(
        at: position, "expected one of \(known.map(\.key).joined(separator: ", ")) and found \(token.name)")
    }
    try advance()
    return value
  }

  private mutating func durations() throws(TraceQLError) -> ClosedRange<TraceModel.Duration> {
    try advance()
    let (sign, signPosition) = (try comparison(of: "duration"), position)
    try advance()
    guard case .duration(let bound) = token else {
      throw TraceQLError(at: position, "expected a value, for example 100ms, and found \(token.name)")
    }
    let (most, number) = (Duration(nanoseconds: .max), bound.nanoseconds)
    let range: ClosedRange<TraceModel.Duration>?
    switch sign {
    case "=": range = bound...bound
    case ">=": range = bound...most
    case "<=": range = .zero...bound
    case ">": range = number == .max ? nil : Duration(nanoseconds: number + 1)...most
    case "<": range = number == 0 ? nil : .zero...Duration(nanoseconds: number - 1)
    default: throw TraceQLError(at: signPosition, "duration \(sign) is not supported yet; there are =, <, <=, > and >=")
    }
    guard let range else { throw TraceQLError(at: position, "no span is \(sign == "<" ? "shorter" : "longer")") }
    try advance()
    return range
  }
}

// MARK: - Attributes

extension TraceQLParser {
  private mutating func attribute(_ scope: String, _ key: String) throws(TraceQLError) -> SpanFilter.Condition {
    let field = "\(scope).\(key)"
    guard let known = Self.scopes[scope] else {
      let isKnown = ["parent", "event", "link", "instrumentation"].contains(scope)
      throw TraceQLError(
        at: position,
        isKnown
          ? "attributes of \(scope) are not supported yet; there are span.…, resource.… and .…"
          : "there is no \"\(scope)\" that has attributes; one of any name is written .\(field)")
    }
    guard !key.isEmpty else {
      throw TraceQLError(at: position, "expected an attribute's key behind the dot, for example .http.route")
    }
    try advance()
    let (sign, signPosition) = (try comparison(of: field), position)
    try advance()
    if token == .word("nil"), sign == "!=" {
      try advance()
      return .hasAttribute(known, key)
    }
    guard sign == "=", token != .word("nil") else {
      let value = token == .word("nil") ? " nil" : ""
      throw TraceQLError(
        at: signPosition,
        "\(sign)\(value) is not supported yet for an attribute; there are \(field) = … "
          + "and \(field) != nil")
    }
    let value = try attributeValue()
    switch (known, key, value) {
    case (.resource, "service.name", .string(let name)): return .service(name)
    case (.resource, "service.namespace", .string(let name)): return .serviceNamespace(name)
    default: return .attribute(known, key, equals: value)
    }
  }

  private static let scopes: [String: SpanFilter.Scope] = ["": .any, "span": .span, "resource": .resource]

  private mutating func attributeValue() throws(TraceQLError) -> SpanFilter.Value {
    let value: SpanFilter.Value
    switch token {
    case .string(let text): value = .string(text)
    case .int(let number): value = .int(number)
    case .double(let number): value = .double(number)
    case .word("true"): value = .bool(true)
    case .word("false"): value = .bool(false)
    default:
      throw TraceQLError(
        at: position, "expected a value, for example \"text\", 42, 1.5 or true, and found \(token.name)")
    }
    try advance()
    return value
  }
}
