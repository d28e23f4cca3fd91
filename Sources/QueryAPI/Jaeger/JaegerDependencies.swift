import TraceModel
import TraceQuery

/// Who calls whom, as Jaeger draws it: services alone.
struct JaegerDependency: Encodable, Hashable {
  var parent: String
  var child: String
  var callCount: UInt64
}

/// `GET /api/dependencies`: a window and, maybe, the service whose calls are wanted.
struct JaegerDependencies: Sendable {
  let window: TimeWindow
  let service: String?

  init(_ parameters: JaegerParameters, now: Timestamp) throws(APIError) {
    let end = try parameters.milliseconds("endTs") ?? now
    let lookback = try parameters.length("lookback", usual: .seconds(86_400))
    guard lookback > .zero else { throw APIError(.badRequest, "invalid parameter: lookback must be greater than 0") }
    window = TimeWindow(from: end - lookback, to: end)
    service = parameters["service"]
  }

  /// Of v3, where both ends are required.
  init(v3 parameters: JaegerParameters) throws(APIError) {
    guard let start = try parameters.time("startTime", "start_time"),
      let end = try parameters.time("endTime", "end_time")
    else { throw APIError(.badRequest, "startTime and endTime are required") }
    guard start < end else { throw APIError(.badRequest, "endTime must be after startTime") }
    window = TimeWindow(from: start, to: end)
    service = nil
  }

  func answer(_ queries: TraceQueries) throws -> Reply<[JaegerDependency]> {
    try queries.serviceMap(window).map { map in
      Self.links(of: map).filter { link in service.map { link.parent == $0 || link.child == $0 } ?? true }
    }
  }

  /// Calls between services, by name, and messages from who sent to who took them: Jaeger knows of no queues.
  static func links(of map: ServiceMap) -> [JaegerDependency] {
    var counts: [Pair: UInt64] = [:]
    let services = Dictionary(
      map.nodes.filter { $0.kind == .service }.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    var (sent, taken): ([String: [(String, UInt64)]], [String: [(String, UInt64)]]) = ([:], [:])
    for edge in map.edges {
      switch (services[edge.source], services[edge.target]) {
      case (let parent?, let child?): counts[Pair(parent: parent, child: child), default: 0] &+= edge.calls
      case (let parent?, nil) where edge.kind == .message: sent[edge.target, default: []].append((parent, edge.calls))
      case (nil, let child?) where edge.kind == .message: taken[edge.source, default: []].append((child, edge.calls))
      default: break
      }
    }
    for (queue, takers) in taken {
      for (child, calls) in takers {
        for (parent, share) in shares(of: calls, sent[queue] ?? []) where share > 0 {
          counts[Pair(parent: parent, child: child), default: 0] &+= share
        }
      }
    }
    return counts.map { JaegerDependency(parent: $0.key.parent, child: $0.key.child, callCount: $0.value) }
      .sorted { ($0.parent, $0.child) < ($1.parent, $1.child) }
  }

  private struct Pair: Hashable {
    var parent: String
    var child: String
  }

  /// Messages taken, told apart by who sent them: all of them where one service sends, else as much of each as it sent.
  private static func shares(of calls: UInt64, _ senders: [(String, UInt64)]) -> [(String, UInt64)] {
    let all = senders.reduce(UInt128(0)) { $0 + UInt128($1.1) }
    guard all > 0 else { return [] }
    var (told, sent): (UInt128, UInt128) = (0, 0)
    return senders.map { sender, count in
      sent += UInt128(count)
      let upToHere = UInt128(calls) * sent / all
      defer { told = upToHere }
      return (sender, UInt64(clamping: upToHere - told))
    }
  }
}
