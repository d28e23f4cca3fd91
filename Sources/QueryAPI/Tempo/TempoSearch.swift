import TraceModel
import TraceQuery

/// A search as Tempo's clients ask for it: a question in TraceQL, or tags in logfmt with durations, which say the same
/// in fewer words.
struct TempoSearch: Sendable {
  let search: TraceSearch
  let window: TimeWindow

  static let limitUsual = 20
  static let spansPerSetUsual = 3

  init(_ parameters: TempoParameters) throws(APIError) {
    let limit = try parameters.count(
      "limit", usually: Self.limitUsual, most: QueryLimits.searchTracesMax)
    // In Tempo, zero means all of them.
    let spans = try parameters.count(
      "spss", usually: Self.spansPerSetUsual, least: 0, most: QueryLimits.matchedSpansMax)
    window = try parameters.window()
    let question = try Self.question(parameters)
    do {
      search = try TraceSearch(
        traceQL: question, limit: limit, spansMax: spans == 0 ? QueryLimits.matchedSpansMax : spans)
    } catch {
      throw APIError(.badRequest, "invalid TraceQL query: \(error)")
    }
  }

  /// In TraceQL.
  static func question(_ parameters: TempoParameters) throws(APIError) -> String {
    let (shortest, longest) = (try parameters.length("minDuration"), try parameters.length("maxDuration"))
    if let shortest, let longest, shortest > longest {
      throw APIError(.badRequest, "invalid maxDuration: must be greater than minDuration")
    }
    if let question = parameters["q"] { return question }
    var conditions: [String] = []
    if let tags = parameters["tags"] {
      let pairs: [(key: String, value: String)]
      do { pairs = try Logfmt.read(tags) } catch {
        throw APIError(.badRequest, "invalid tags: \(error.reason) at pos \(error.position)")
      }
      var seen: Set<String> = []
      for (key, value) in pairs {
        guard seen.insert(key).inserted else {
          throw APIError(.badRequest, "invalid tags: tag \(key.prefix(64)) has been set twice")
        }
        conditions.append(Self.condition(key, value))
      }
    }
    if let shortest { conditions.append("duration >= \(shortest.nanoseconds)ns") }
    if let longest { conditions.append("duration <= \(longest.nanoseconds)ns") }
    return conditions.isEmpty ? "{ }" : "{ \(conditions.joined(separator: " && ")) }"
  }

  /// Tags have no types: a number and a flag may be one or the text of one.
  private static func condition(_ key: String, _ value: String) -> String {
    let text = TraceQLLiteral.string(value).description
    switch key {
    case "name", "rootName", "rootServiceName": return "\(key) = \(text)"
    case "root.name": return "rootName = \(text)"
    case "root.service.name": return "rootServiceName = \(text)"
    case "status" where Self.statuses.contains(value), "status.code" where Self.statuses.contains(value):
      return "status = \(value)"
    case "kind" where Self.kinds.contains(value): return "kind = \(value)"
    default:
      let field = TraceQLField.attribute(.any, key)
      let isOther = value == "true" || value == "false" || isNumber(value)
      return isOther ? "(\(field) = \(text) || \(field) = \(value))" : "\(field) = \(text)"
    }
  }

  private static let statuses = ["error", "ok", "unset"]
  private static let kinds = ["internal", "server", "client", "producer", "consumer"]

  /// Digits, with one point among them or none.
  private static func isNumber(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 18 && parts.count <= 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      }
  }
}
