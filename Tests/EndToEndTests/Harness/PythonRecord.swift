import Foundation

/// What the Python services say that they did.
struct PythonRecord: Sendable {
  /// Every span that the SDK had to send, as `ComparableSpan` writes it.
  var spans: [JSONValue] = []
  /// How often each call was made.
  var calls: [Call: Int] = [:]
  /// The IDs of the traces that the storefront logged, in order.
  var traceIDs: [String] = []

  /// A call as the one who made it saw it end: an edge of the map.
  struct Call: Hashable, Sendable {
    var caller: String
    var callee: String
    var kind: String
    var outcome: String
  }

  init(files: [String]) throws {
    for file in files {
      for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
        let fact = try JSONValue(parsing: Data(line.utf8))
        if fact["span"] != .null { spans.append(fact["span"]) }
        if let id = fact["request"]["trace_id"].string { traceIDs.append(id) }
        let call = fact["call"]
        if let caller = call["caller"].string, let callee = call["callee"].string, let kind = call["kind"].string,
          let outcome = call["outcome"].string
        {
          calls[Call(caller: caller, callee: callee, kind: kind, outcome: outcome), default: 0] += 1
        }
      }
    }
  }

  func spans(ofTrace id: String) -> [String: JSONValue] {
    let own = spans.filter { $0["traceId"] == .string(id) }
    return Dictionary(own.map { ($0["spanId"].string ?? "", $0) }) { $1 }
  }
}
