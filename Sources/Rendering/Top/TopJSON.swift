import TraceModel

/// What `spoor top --format json` gives: an object a line, for each time it asks.
package enum TopJSON {
  /// - Parameters:
  ///   - at: when it was asked.
  ///   - partial: whether something that belongs to the answer is known to be missing.
  package static func line(_ figures: TopFigures, at: Timestamp, partial: Bool) -> [UInt8] {
    AnswerJSON.line(of: Shape(figures, at: at, partial: partial))
  }

  private struct Shape: Encodable {
    var at: TimeShape
    var from: TimeShape
    var to: TimeShape
    var seconds: Double
    var spansPerSecond: Double
    var services: [Part]
    var edges: [Part]
    /// True or missing.
    var partial: Bool?

    enum CodingKeys: String, CodingKey {
      case at, from, to, seconds, services, edges, partial
      case spansPerSecond = "spans_per_second"
    }

    init(_ figures: TopFigures, at: Timestamp, partial: Bool) {
      self.at = TimeShape(at)
      from = TimeShape(figures.from)
      to = TimeShape(figures.to)
      seconds = figures.seconds
      spansPerSecond = figures.perSecond(Double(figures.map.coverage.spans))
      services = zip(figures.map.nodes.filter { $0.kind != .user }, figures.services).map { node, row in
        var part = Part(row)
        (part.id, part.name, part.namespace) = (node.id, node.name, node.namespace)
        return part
      }
      edges = zip(figures.map.edges, figures.edges).map { edge, row in
        var part = Part(row)
        (part.source, part.target) = (edge.source, edge.target)
        return part
      }
      self.partial = partial ? true : nil
    }
  }

  private struct Part: Encodable {
    var id: String?
    var name: String?
    var namespace: String?
    var source: String?
    var target: String?
    var kind: String
    var spansPerSecond: Double?
    var perSecond: Double
    var failedShare: Double
    var ok: UInt64
    var error: UInt64
    var throttle: UInt64
    var fault: UInt64
    var estimated: Bool?
    var latency: LatencyShape

    enum CodingKeys: String, CodingKey {
      case id, name, namespace, source, target, kind, ok, error, throttle, fault, estimated, latency
      case spansPerSecond = "spans_per_second"
      case perSecond = "per_second"
      case failedShare = "failed_share"
    }

    init(_ row: TopRow) {
      kind = row.kind
      spansPerSecond = row.spans
      perSecond = row.rate
      failedShare = row.failedShare
      ok = row.outcomes.ok
      error = row.outcomes.error
      throttle = row.outcomes.throttle
      fault = row.outcomes.fault
      estimated = row.isEstimated ? true : nil
      latency = LatencyShape(row.latency)
    }
  }
}
