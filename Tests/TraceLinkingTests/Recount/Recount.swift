@testable import TraceLinking
import TraceModel

/// What spans say when they are joined, by plain dictionaries and one rule after the other: slow, simple, and what the
/// figures of segments are held against. It has no bounds.
struct Recount {
  /// A node's own figures while they are gathered.
  struct NodeFigures {
    var identity: NodeIdentity
    /// Whether it has sent spans itself, or is only named by others'.
    var sendsSpans = false
    var spans: UInt64 = 0
    var outcomes = OutcomeCounts()
    var latency = LatencyHistogram()
    var first: Timestamp?
    var last: Timestamp?
    private var hasSoundTimes = false

    init(identity: NodeIdentity) {
      self.identity = identity
    }

    /// Impossible times count only while there are no others.
    mutating func note(start: Timestamp, end: Timestamp, areSound: Bool) {
      guard areSound == hasSoundTimes else {
        if areSound { (first, last, hasSoundTimes) = (start, end, true) }
        return
      }
      first = min(first ?? start, start)
      last = max(last ?? end, end)
    }
  }

  struct EdgeKey: Hashable {
    var source: Int
    var target: Int
    var kind: ServiceMap.EdgeKind
  }

  struct EdgeFigures {
    var outcomes = OutcomeCounts()
    var latency = LatencyHistogram()
  }

  struct SpanNameKey: Hashable {
    var service: Int
    var name: String
  }

  private var table = RecountTable()
  private var nodeNumbers: [NodeIdentity: Int] = [:]
  var nodes: [NodeFigures] = []
  var edges: [EdgeKey: EdgeFigures] = [:]
  var spanNameLatencies: [SpanNameKey: LatencyHistogram] = [:]
  var coverage = ServiceMap.Coverage()
  var earliestEnd: Timestamp?
  var latestEnd: Timestamp?
}

// MARK: - Gathering

extension Recount {
  /// Adds the spans of a batch, each in the part that `part` gives its row.
  mutating func add(_ batch: SpanBatch, part: (Int) -> CallGraph.Part) throws(CodingError) {
    let services = batch.resources.map { number(of: NodeIdentity.service(of: $0)) }
    for service in services { nodes[service].sendsSpans = true }
    for row in 0..<batch.count {
      guard table.isNew(batch.identity(at: row)) else { continue }
      let kind = batch.kinds[row]
      let isPlain = !kind.isOutgoing && !kind.isIncoming && batch.statusCodes[row] != .error
      let attributes = isPlain ? [] : try batch.attributes(at: row)
      let peer = kind.isOutgoing || kind == .consumer ? Peer(kind: kind, attributes: attributes) : nil
      let part = part(row)
      let span = RecountTable.Row(
        traceID: batch.traceIDs[row], spanID: batch.spanIDs[row], parentSpanID: batch.parentSpanIDs[row],
        start: batch.starts[row], duration: batch.duration(at: row), kind: kind,
        outcome: Outcome(status: batch.statusCodes[row], attributes: attributes), isCounted: part != .context,
        service: services[Int(batch.resourceIndices[row])], peer: peer.map { number(of: $0.identity) },
        direction: peer?.direction ?? .outgoing)
      if part != .context {
        count(span, end: max(batch.starts[row], batch.ends[row]), name: batch.name(at: row), isSkewed: part == .skewed)
      }
      table.append(span)
    }
  }

  private mutating func count(_ span: RecountTable.Row, end: Timestamp, name: String, isSkewed: Bool) {
    coverage.spans += 1
    nodes[span.service].spans += 1
    nodes[span.service].note(start: span.start, end: end, areSound: !isSkewed)
    if isSkewed {
      coverage.skewed += 1
    } else {
      earliestEnd = min(earliestEnd ?? end, end)
      latestEnd = max(latestEnd ?? end, end)
    }
    let key = SpanNameKey(service: span.service, name: name)
    spanNameLatencies[key, default: LatencyHistogram()].record(span.duration)
  }

  private mutating func number(of identity: NodeIdentity) -> Int {
    if let known = nodeNumbers[identity] { return known }
    nodeNumbers[identity] = nodes.count
    nodes.append(NodeFigures(identity: identity))
    return nodes.count - 1
  }
}

// MARK: - Joining

extension Recount {
  /// Draws the edges between the spans gathered. To be called once, after the last `add`.
  mutating func join() {
    let parents = table.rows.indices.map { table.parent(of: $0) }
    // What the children say of a span that calls: whether somebody in its own or another service took the call.
    var isAnswered = [Bool](repeating: false, count: parents.count)
    for (child, parent) in parents.enumerated() {
      if let parent, isCall(from: table.rows[parent], to: table.rows[child]) { isAnswered[parent] = true }
    }
    for (position, parent) in parents.enumerated() where table.rows[position].isCounted {
      let span = table.rows[position]
      serve(span, parent: parent.map { table.rows[$0] })
      if let parent, isCall(from: table.rows[parent], to: span) {
        connect(table.rows[parent], span)
      }
      let hasPartner = reach(span, hasParent: parent != nil, isAnswered: isAnswered[position])
      guard span.kind.isOutgoing || span.kind.isIncoming else { continue }
      if hasPartner { coverage.paired += 1 } else { coverage.unpaired += 1 }
    }
  }

  /// Across services every parent and child are a call, whatever their kinds; inside one only the two ends of one are.
  /// A span that takes a message out of a queue is answered by the span that processes it.
  private func isCall(from parent: RecountTable.Row, to child: RecountTable.Row) -> Bool {
    parent.service != child.service
      || (parent.kind == .client && child.kind == .server)
      || (parent.kind == .producer && child.kind == .consumer)
      || (parent.kind == .client && parent.direction == .incoming && child.kind == .consumer)
  }

  /// Counts what the span's service served: what came in from outside of the service, or began there.
  private mutating func serve(_ span: RecountTable.Row, parent: RecountTable.Row?) {
    let cameFromOutside = parent.map { $0.service != span.service } ?? span.parentSpanID.isZero
    guard span.kind.isIncoming || cameFromOutside else { return }
    nodes[span.service].outcomes.count(span.outcome)
    nodes[span.service].latency.record(span.duration)
  }

  /// Draws the edge, or for a message the half of it, that a parent and its child make together.
  private mutating func connect(_ parent: RecountTable.Row, _ child: RecountTable.Row) {
    let caller = parent.kind.isOutgoing ? parent : child
    guard parent.kind == .producer || child.kind == .consumer else {
      draw(parent.service, child.service, .call, caller)
      return
    }
    let parentQueue = parent.direction == .outgoing && parent.kind.isOutgoing ? parent.queue(in: nodes) : nil
    let childQueue = child.kind == .consumer ? child.queue(in: nodes) : nil
    if parent.direction == .incoming && parent.service == child.service { return }  // one message, taken and processed
    switch (parentQueue, childQueue) {
    case (nil, nil): draw(parent.service, child.service, .message, caller)
    case (nil, let queue?): draw(parent.service, queue, .message, caller)  // the child draws its own half
    case (let queue?, nil): draw(queue, child.service, .message, child)  // the parent draws its own half
    case (.some, .some): break  // both draw their own halves
    }
  }

  /// Draws the edge that a span makes by itself: to or from the peer that it names, or from the user.
  /// - Returns: whether the other end of the call is known.
  private mutating func reach(_ span: RecountTable.Row, hasParent: Bool, isAnswered: Bool) -> Bool {
    switch span.kind {
    case .server:
      if span.parentSpanID.isZero { draw(number(of: .user), span.service, .user, span) }
      return hasParent || span.parentSpanID.isZero
    case .consumer:
      guard let queue = span.queue(in: nodes) else { return hasParent }
      draw(queue, span.service, .message, span)
      return true
    case .producer:
      guard let queue = span.queue(in: nodes) else { return isAnswered }
      draw(span.service, queue, .message, span)
      return true
    case .client:
      guard let named = span.peer else { return isAnswered }
      let peer = callee(named, of: span.service)
      switch span.direction {
      case .outgoing where nodes[peer].identity.kind == .queue || !isAnswered:
        draw(span.service, peer, nodes[peer].identity.edgeKind, span)
      case .incoming where !isAnswered: draw(peer, span.service, .message, span)
      default: break
      }
      return true
    default:
      return hasParent
    }
  }

  /// A service that only others' spans name is outside of what is traced. A peer name without a namespace first means
  /// the service of that name beside the caller.
  private mutating func callee(_ peer: Int, of caller: Int) -> Int {
    let named = nodes[peer]
    guard named.identity.kind == .service, !named.sendsSpans else { return peer }
    let namespace = named.identity.namespace ?? nodes[caller].identity.namespace
    let neighbour = NodeIdentity.service(name: named.identity.name, namespace: namespace)
    if let known = nodeNumbers[neighbour], nodes[known].sendsSpans { return known }
    return number(of: .external(named.identity.path))
  }

  /// Counts one call. Nodes that send no spans get their figures from the calls that name them.
  private mutating func draw(_ source: Int, _ target: Int, _ kind: ServiceMap.EdgeKind, _ span: RecountTable.Row) {
    edges[EdgeKey(source: source, target: target, kind: kind), default: EdgeFigures()].record(span)
    if !nodes[target].sendsSpans {
      nodes[target].spans += 1
      nodes[target].outcomes.count(span.outcome)
      nodes[target].latency.record(span.duration)
    }
    if !nodes[source].sendsSpans { nodes[source].spans += 1 }
  }
}

extension Recount.EdgeFigures {
  fileprivate mutating func record(_ span: RecountTable.Row) {
    outcomes.count(span.outcome)
    latency.record(span.duration)
  }
}

extension RecountTable.Row {
  fileprivate func queue(in nodes: [Recount.NodeFigures]) -> Int? {
    peer.flatMap { nodes[$0].identity.kind == .queue ? $0 : nil }
  }
}

extension NodeIdentity {
  /// The kind of an edge that calls this node.
  fileprivate var edgeKind: ServiceMap.EdgeKind {
    switch kind {
    case .service: .call
    case .database, .cache: .database
    case .queue: .message
    case .external: .external
    case .user: .user
    }
  }
}
