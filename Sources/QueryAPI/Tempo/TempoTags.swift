import TraceModel
import TraceQuery

/// The keys of attributes, by whose they are, for `/api/search/tags` and `/api/v2/search/tags`.
struct TempoTags: Sendable {
  /// Nil for all.
  let scope: String?
  let window: TimeWindow
  /// Of each scope.
  let limit: Int

  static let limitMax = 10_000
  private static let scopes = ["resource", "span", "event", "link", "instrumentation", "intrinsic"]

  init(_ parameters: TempoParameters) throws(APIError) {
    let word = parameters["scope"]
    guard let word, word != "none", word != "all" else {
      scope = nil
      window = try parameters.window()
      limit = try parameters.count("limit", usually: Self.limitMax, least: 0, most: Self.limitMax)
      return
    }
    guard Self.scopes.contains(word) else {
      throw APIError(
        .badRequest, "invalid scope: \"\(word.prefix(64))\"; take one of none, \(Self.scopes.joined(separator: ", "))")
    }
    scope = word
    window = try parameters.window()
    limit = try parameters.count("limit", usually: Self.limitMax, least: 0, most: Self.limitMax)
  }

  /// What Tempo calls a tag though no attribute has that key. Grafana offers them where a condition begins.
  static let intrinsics = [
    "duration", "event:name", "event:timeSinceStart", "instrumentation:name", "instrumentation:version", "kind", "name",
    "rootName", "rootServiceName", "span:duration", "span:kind", "span:name", "span:status", "span:statusMessage",
    "status", "statusMessage", "trace:duration", "trace:rootName", "trace:rootService", "traceDuration",
  ]

  /// `{"tagNames": […]}`: the keys of all scopes, each once; those of every span only where they are asked for.
  func v1(_ keys: AttributeKeys) -> V1 {
    let names = named(keys).filter { scope != nil || $0.name != "intrinsic" }
    return V1(tagNames: Set(names.flatMap(\.tags)).sorted(), metrics: figures(keys))
  }

  /// `{"scopes": [{"name": …, "tags": […]}]}`: without those that have none.
  func v2(_ keys: AttributeKeys) -> V2 {
    V2(scopes: named(keys).filter { !$0.tags.isEmpty }, metrics: figures(keys))
  }

  private func named(_ keys: AttributeKeys) -> [Scope] {
    Self.scopes.filter { scope == nil || $0 == scope }.map { name in
      let tags =
        switch name {
        case "resource": keys.resource
        case "span": keys.span
        case "event": keys.event
        case "link": keys.link
        case "instrumentation": keys.instrumentation
        default: Self.intrinsics
        }
      return Scope(name: name, tags: Array(tags.prefix(limit == 0 ? Self.limitMax : limit)))
    }
  }

  private func figures(_ keys: AttributeKeys) -> TempoFigures {
    TempoFigures(bytes: keys.walk.bytes, spans: keys.walk.spans, isWhole: keys.walk.isWhole)
  }

  struct V1: Encodable {
    let tagNames: [String]
    let metrics: TempoFigures
  }

  struct V2: Encodable {
    let scopes: [Scope]
    let metrics: TempoFigures
  }

  struct Scope: Encodable {
    let name: String
    let tags: [String]
  }
}
