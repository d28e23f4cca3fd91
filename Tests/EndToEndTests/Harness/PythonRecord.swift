import Foundation

/// What the Python services say that they did.
struct PythonRecord: Sendable {
  /// Every span that the SDK had to send, as `ComparableSpan` writes it.
  var spans: [JSONValue] = []
  /// How often each call was made.
  var calls: [Call: Int] = [:]
  /// The IDs of the traces that the storefront logged, in order.
  var traceIDs: [String] = []

  /// A call as the one who made it saw it end: an edge of the map, or a part of one. Both ends are nodes' IDs.
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

  /// How many spans each service had to send, by its node's ID.
  var spanCounts: [String: Int] {
    spans.reduce(into: [:]) { counts, span in
      let names = ["service.namespace", "service.name"].map { key in
        span["resource"]["attributes"].elements.first { $0["key"] == .string(key) }?["value"]["stringValue"].string
      }
      counts["service:" + names.compactMap { $0 }.joined(separator: "/"), default: 0] += 1
    }
  }
}

extension JSONValue {
  /// The classes of outcomes, as a map names them.
  static let outcomes = ["ok", "error", "throttle", "fault"]

  /// The edges of a map as calls.
  var calls: [PythonRecord.Call: Int] {
    var calls: [PythonRecord.Call: Int] = [:]
    for edge in self["edges"].elements {
      for outcome in Self.outcomes {
        guard let count = edge[outcome].int, count > 0 else { continue }
        let call = PythonRecord.Call(
          caller: edge["source"].string ?? "?", callee: edge["target"].string ?? "?", kind: edge["kind"].string ?? "?",
          outcome: outcome)
        calls[call, default: 0] += count
      }
    }
    return calls
  }
}
