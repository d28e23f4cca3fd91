import FoundationEssentials
import TraceModel
import TraceQuery

/// The values of one tag, for `/api/search/tag/{tag}/values` and `/api/v2/search/tag/{tag}/values`.
struct TempoTagValues: Sendable {
  let field: TraceQLField
  /// `q`, of which what can be read counts: it is being typed when Grafana asks.
  let question: String?
  let window: TimeWindow
  let limit: Int

  static let limitMax = 5000

  /// - Parameter tag: as it stands in the path. Grafana escapes it twice; a key that has percent signs of its own is then
  ///   the one that loses.
  init(tag: String, _ parameters: TempoParameters) throws(APIError) {
    var name = tag
    for _ in 0..<2 { name = name.removingPercentEncoding ?? name }
    guard !name.isEmpty, name.utf8.count <= QueryLimits.attributeKeyBytesMax else {
      throw APIError(
        .badRequest, "invalid tag name: a name of at most \(QueryLimits.attributeKeyBytesMax) bytes is needed")
    }
    field = Self.field(name)
    question = parameters["q"]
    window = try parameters.window()
    limit = try parameters.count("limit", usually: Self.limitMax, least: 0, most: Self.limitMax)
  }

  /// `span.key`, `.key`, `resource.key` and so on, an intrinsic, or a key of any scope.
  private static func field(_ name: String) -> TraceQLField {
    if let intrinsic = TraceQLIntrinsic(word: name) { return .intrinsic(intrinsic) }
    switch name {
    case "root.name": return .intrinsic(.rootName)
    case "root.service.name": return .intrinsic(.rootServiceName)
    case "status.code": return .intrinsic(.status)
    default: break
    }
    let scopes: [TraceQLField.Scope] = [.any, .span, .resource, .event, .link, .instrumentation]
    for scope in scopes where name.hasPrefix(scope.rawValue) && name.utf8.count > scope.rawValue.utf8.count {
      var key = name.dropFirst(scope.rawValue.count)
      // A key with spaces or the like is quoted in TraceQL.
      if key.count > 2, key.hasPrefix("\""), key.hasSuffix("\"") { key = key.dropFirst().dropLast() }
      return .attribute(scope, String(key))
    }
    return .attribute(.any, name)
  }

  /// Values that are known without looking: what a span's status and kind can be.
  var fixed: [Value]? {
    switch field {
    case .intrinsic(.status): ["error", "ok", "unset"].map { Value(type: "keyword", value: $0) }
    case .intrinsic(.kind):
      ["client", "consumer", "internal", "producer", "server", "unspecified"].map { Value(type: "keyword", value: $0) }
    case .intrinsic(.outcome): ["error", "fault", "ok", "throttle"].map { Value(type: "keyword", value: $0) }
    default: nil
    }
  }

  /// The most frequent first.
  func v2(_ found: AttributeValues) -> V2 {
    V2(tagValues: found.values.prefix(most).map { Value($0.value) }, metrics: figures(found))
  }

  /// Without types, each text once.
  func v1(_ found: AttributeValues) -> V1 {
    var seen: Set<String> = []
    let values = found.values.map { Value($0.value).value }.filter { seen.insert($0).inserted }
    return V1(tagValues: Array(values.prefix(most)), metrics: figures(found))
  }

  private var most: Int { limit == 0 ? Self.limitMax : limit }

  private func figures(_ found: AttributeValues) -> TempoFigures {
    TempoFigures(bytes: found.walk.bytes, spans: found.walk.spans, isWhole: found.walk.isWhole)
  }

  struct V1: Encodable {
    let tagValues: [String]
    let metrics: TempoFigures
  }

  struct V2: Encodable {
    let tagValues: [Value]
    let metrics: TempoFigures
  }

  struct Value: Encodable {
    let type: String
    let value: String

    init(type: String, value: String) {
      self.type = type
      self.value = value
    }

    init(_ value: AttributeValue) {
      switch value {
      case .string(let text): self.init(type: "string", value: text)
      case .bool(let flag): self.init(type: "bool", value: flag ? "true" : "false")
      case .int(let number): self.init(type: "int", value: String(number))
      case .double(let number): self.init(type: "float", value: "\(number)")
      default: self.init(type: "string", value: "")
      }
    }
  }
}
