import TraceModel
import TraceQuery

/// The ways that requests took from a root service to a last one, through a service that is asked about: Jaeger's
/// `/api/deep-dependencies`, computed from traces and not made up.
struct JaegerPaths: Encodable {
  var dependencies: [Path]

  struct Path: Encodable {
    var path: [Hop]
    var attributes: [Attribute]
  }

  struct Hop: Encodable, Hashable {
    var service: String
    var operation: String
  }

  struct Attribute: Encodable {
    var key: String
    var value: String
  }

  /// Each way once, with a trace that took it: the newest.
  init(through service: String, _ traces: [TraceQueries.LinkedTrace]) {
    var (ways, known): ([(way: [Hop], trace: TraceID)], Set<[Hop]>) = ([], [])
    for found in traces {
      for way in Self.ways(of: found.trace) where way.contains(where: { $0.service == service }) {
        guard ways.count < APILimits.jaegerPathsMax else { break }
        if known.insert(way).inserted { ways.append((way, found.trace.id)) }
      }
    }
    dependencies = ways.map { way, trace in
      Path(path: way, attributes: [Attribute(key: "exemplar_trace_id", value: trace.description)])
    }
  }

  /// In the order in which they end in the trace. A hop is where a trace comes into a service: at the span whose parent is
  /// of another one.
  private static func ways(of trace: Trace) -> [[Hop]] {
    // Parents stand before their children. By position: the hop that a span belongs to, and the hop before that.
    var hops: [Int] = []
    var previous: [Int: Int] = [:]
    var ends: Set<Int> = []
    for (position, linked) in trace.spans.enumerated() {
      if let parent = linked.parent, trace.spans[parent].span.jaegerService == linked.span.jaegerService {
        hops.append(hops[parent])
        continue
      }
      hops.append(position)
      ends.insert(position)
      if let parent = linked.parent {
        previous[position] = hops[parent]
        ends.remove(hops[parent])
      }
    }
    return ends.sorted().compactMap { end in
      var way: [Hop] = []
      var next: Int? = end
      while let position = next {
        // A trace that goes round in services has no way that anybody could draw.
        guard way.count < APILimits.jaegerPathHopsMax else { return nil }
        let span = trace.spans[position].span
        way.append(Hop(service: span.jaegerService, operation: span.name))
        next = previous[position]
      }
      return way.reversed()
    }
  }
}
