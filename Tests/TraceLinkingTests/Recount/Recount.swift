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
    var isEstimated = false
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
    var queueTime = LatencyHistogram()
    var networkTime = LatencyHistogram()
    var isEstimated = false
  }

  /// What a node that a span names was answered by.
  struct Answer: Hashable {
    var node: Int
    var service: Int
  }

  struct SpanNameKey: Hashable {
    var service: Int
    var name: String
  }

  private var table = RecountTable()
  private var nodeNumbers: [NodeIdentity: Int] = [:]
  var nodes: [NodeFigures] = []
  var edges: [EdgeKey: EdgeFigures] = [:]
  /// What CLIENT spans took out of queues.
  var received: [EdgeKey: EdgeFigures] = [:]
  var answers: [Answer: EdgeFigures] = [:]
  var spanNameLatencies: [SpanNameKey: LatencyHistogram] = [:]
  var coverage = ServiceMap.Coverage()
  var earliestEnd: Timestamp?
  var latestEnd: Timestamp?
}

// MARK: - Gathering

extension Recount {
  /// Adds the spans of a batch, each in the part that `part` gives its row.
  mutating func add(_ batch: SpanBatch, segment: UInt64 = 0, part: (Int) -> CallGraph.Part) throws(CodingError) {
    let services = batch.resources.map { number(of: NodeIdentity.service(of: $0)) }
    for service in services { nodes[service].sendsSpans = true }
    for row in 0..<batch.count {
      guard table.isNew(batch.identity(at: row)) else { continue }
      let kind = batch.kinds[row]
      let isPlain = !kind.isOutgoing && !kind.isIncoming && batch.statusCodes[row] != .error
      let details = try batch.details(at: row)
      let attributes = isPlain ? [] : details.attributes
      let peer = kind.isOutgoing || kind == .consumer ? Peer(kind: kind, attributes: attributes) : nil
      let part = part(row)
      var span = RecountTable.Row(
        traceID: batch.traceIDs[row], spanID: batch.spanIDs[row], parentSpanID: batch.parentSpanIDs[row],
        start: batch.starts[row], duration: batch.duration(at: row), kind: kind,
        outcome: Outcome(status: batch.statusCodes[row], attributes: attributes), isCounted: part != .context,
        service: services[Int(batch.resourceIndices[row])], peer: peer.map { number(of: $0.identity) },
        direction: peer?.direction ?? .outgoing)
      span.isSkewed = part == .skewed
      span.segment = segment
      if let factor = SamplingFactor(traceState: Array(details.traceState.utf8)[...]) {
        span.times = Int(factor.times(span.traceID))
      }
      for link in details.links {
        let reference = SpanReference(traceID: link.traceID, spanID: link.spanID)
        if reference == SpanReference(traceID: span.traceID, spanID: span.spanID) { continue }
        if !reference.spanID.isZero, !span.links.contains(reference) { span.links.append(reference) }
      }
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
    spanNameLatencies[key, default: LatencyHistogram()].record(span.duration, times: span.times)
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
    // What the children say of a span: whether somebody in its own or another service took the call, and whether one in
    // its own says the same.
    var isAnswered = Set<Int>()
    for (child, parent) in parents.enumerated() {
      if let parent, isCall(from: table.rows[parent], to: table.rows[child]) { isAnswered.insert(parent) }
    }
    var (told, inner) = layers(parents, isAnswered: isAnswered)
    for (child, parent) in parents.enumerated() {
      guard let parent else { continue }
      guard isSame(table.rows[parent], as: table.rows[child]) else { continue }
      told[parent, default: 0] += 1
      if table.rows[child].kind != .consumer && table.rows[child].direction == .outgoing { inner[child] = parent }
    }
    for (position, parent) in parents.enumerated() where table.rows[position].isCounted {
      let span = heard(position, told, inner)
      let isDetailed = told[position] != nil
      serve(span, parent: parent.map { table.rows[$0] }, isDetailed: isDetailed)
      if let parent, isCall(from: table.rows[parent], to: span) {
        connect(heard(parent, told, inner), span)
      }
      var hasPartner = reach(
        span, hasParent: parent != nil, isAnswered: isAnswered.contains(position), isDetailed: isDetailed)
      let links = followLinks(of: span, isDetailed: isDetailed)
      if links > 0 && span.queue(in: nodes) == nil && span.parentSpanID.isZero { hasPartner = true }
      guard span.kind.isOutgoing || span.kind.isIncoming else { continue }
      if hasPartner { coverage.paired += 1 } else { coverage.unpaired += 1 }
    }
    replace()
  }

  /// Of CLIENT spans within each other that tell of one call: which do not count, and whose failure others share.
  private func layers(_ parents: [Int?], isAnswered: Set<Int>) -> (told: [Int: Int], inner: [Int: Int]) {
    var (told, inner): ([Int: Int], [Int: Int]) = ([:], [:])
    func rank(_ position: Int) -> Int {
      if isAnswered.contains(position) { return 2 }
      let kind = table.rows[position].peer.map { nodes[$0].identity.kind }
      return kind == .database || kind == .cache ? 1 : 0
    }
    for (position, parent) in parents.enumerated() {
      let row = table.rows[position]
      if isPlainClient(row) {
        let around = clients(around: position, parents)
        for (layer, outer) in around.enumerated() {
          let (own, its) = (row.peer, table.rows[outer].peer)
          if let own, let its, own != its, !mayBeOne(nodes[own].identity, nodes[its].identity) { break }
          if rank(outer) > rank(position) {
            if own == nil || its != nil { told[position, default: 0] += 1 }
            break
          }
          if layer == 0 {
            told[outer, default: 0] += 1
            inner[position] = outer
          }
        }
      } else if let parent, isPlainClient(table.rows[parent]), row.service != table.rows[parent].service,
        let outer = clients(around: parent, parents).first, let named = table.rows[outer].peer,
        named != table.rows[parent].peer, nodes[named].identity.kind == .service,
        nodes[named].identity.name == nodes[row.service].identity.name
      {
        told[outer, default: 0] += 1
        inner[parent] = outer
      }
    }
    return (told, inner)
  }

  private func isPlainClient(_ row: RecountTable.Row) -> Bool {
    row.kind == .client && row.direction == .outgoing && row.queue(in: nodes) == nil
  }

  /// The CLIENT spans of the same service around a span, the nearest first.
  private func clients(around position: Int, _ parents: [Int?]) -> [Int] {
    var (found, steps, next): ([Int], Int, Int?) = ([], 0, parents[position])
    while let place = next, found.count < LinkingLimits.layersMax, steps < LinkingLimits.layersMax {
      let row = table.rows[place]
      guard row.service == table.rows[position].service else { break }
      if isPlainClient(row) {
        found.append(place)
        steps = 0
      } else {
        guard !row.kind.isOutgoing, !row.kind.isIncoming else { break }
        steps += 1
      }
      next = parents[place]
    }
    return found
  }

  /// Whether two nodes may be the same, of which one is told of in fewer words.
  private func mayBeOne(_ left: NodeIdentity, _ right: NodeIdentity) -> Bool {
    func parts(_ node: NodeIdentity) -> [String: String] {
      // KIND:SYSTEM@HOST:PORT/NAMESPACE, or external:HOST:PORT
      var (rest, parts) = (Substring(node.id.split(separator: ":", maxSplits: 1)[1]), [String: String]())
      if node.kind != .external {
        let halves = rest.split(separator: "/", maxSplits: 1)
        let ends = halves[0].split(separator: "@", maxSplits: 1)
        if halves.count > 1 { parts["namespace"] = String(halves[1]) }
        parts["system"] = String(ends[0])
        rest = ends.count > 1 ? ends[1] : ""
      }
      let address = rest.split(separator: ":")
      if let host = address.first { parts["host"] = String(host) }
      if address.count > 1 { parts["port"] = String(address[1]) }
      return parts
    }
    guard ![left.kind, right.kind].contains(.service) else { return false }
    let (left, right) = (parts(left), parts(right))
    func agree(_ key: String) -> Bool { left[key] == nil || right[key] == nil || left[key] == right[key] }
    guard agree("host"), agree("port") else { return false }
    if let system = left["system"], let other = right["system"] { return system == other && agree("namespace") }
    return left["host"] != nil && right["host"] != nil
  }

  /// A span with the failure that only the one around it saw.
  private func heard(_ position: Int, _ told: [Int: Int], _ inner: [Int: Int]) -> RecountTable.Row {
    var (row, next) = (table.rows[position], inner[position])
    for _ in 0..<LinkingLimits.layersMax {
      guard row.outcome == .ok, let outer = next, told[outer] == 1 else { break }
      (row.outcome, next) = (table.rows[outer].outcome, inner[outer])
    }
    return row
  }

  /// Across services every parent and child are a call, whatever their kinds; inside one only the two ends of one are.
  private func isCall(from parent: RecountTable.Row, to child: RecountTable.Row) -> Bool {
    parent.service != child.service
      || (parent.kind == .client && child.kind == .server)
      || (parent.kind == .producer && child.kind == .consumer)
  }

  /// Whether both tell of one message.
  private func isSame(_ parent: RecountTable.Row, as child: RecountTable.Row) -> Bool {
    guard let queue = parent.queue(in: nodes), queue == child.queue(in: nodes) else { return false }
    return parent.service == child.service && parent.direction == child.direction
      && (parent.kind == .consumer) == (child.kind == .consumer)
  }

  /// Counts what the span's service served: what came in from outside of the service, or began there.
  private mutating func serve(_ span: RecountTable.Row, parent: RecountTable.Row?, isDetailed: Bool) {
    let cameFromOutside = parent.map { $0.service != span.service } ?? span.parentSpanID.isZero
    guard span.kind.isIncoming || cameFromOutside, !(span.kind == .consumer && isDetailed) else { return }
    for _ in 0..<span.times { nodes[span.service].outcomes.count(span.outcome) }
    nodes[span.service].latency.record(span.duration, times: span.times)
    if span.times != 1 { nodes[span.service].isEstimated = true }
  }

  /// Draws what the links of a span that takes messages say, apart from the one to its parent.
  /// - Returns: how many lead to a span that is known.
  private mutating func followLinks(of span: RecountTable.Row, isDetailed: Bool) -> Int {
    let queue = span.direction == .incoming ? span.queue(in: nodes) : nil
    guard span.kind == .consumer || (span.kind == .client && queue != nil) else { return 0 }
    let parent = SpanReference(traceID: span.traceID, spanID: span.parentSpanID)
    var count = 0
    for reference in span.links where reference != parent {
      guard let target = table.target(of: reference, from: span) else {
        coverage.unlinked += 1
        continue
      }
      if isDetailed { continue }
      count += 1
      let isSender = target.kind.isOutgoing && target.direction == .outgoing
      let targetQueue = isSender ? target.queue(in: nodes) : nil
      let times = max(span.times, target.times)
      switch (targetQueue, queue) {
      case (let from?, let to?) where from != to: handOn(from, to, from: target, to: span)
      case (_, .some): break  // the span has drawn its own half
      case (let queue?, nil): draw(queue, span.service, .message, span, times: times)
      case (nil, nil):
        guard target.service != span.service || target.kind == .producer else { break }
        draw(target.service, span.service, .message, target.kind.isOutgoing ? target : span, times: times)
      }
      guard target.kind.isOutgoing else { continue }
      wait(for: span, from: target, at: queue ?? targetQueue ?? target.service)
    }
    return count
  }

  /// Draws the edge, or for a message the half of it, that a parent and its child make together.
  private mutating func connect(_ parent: RecountTable.Row, _ child: RecountTable.Row) {
    let caller = parent.kind.isOutgoing ? parent : child
    let times = max(parent.times, child.times)
    let sends = parent.kind.isOutgoing && parent.direction == .outgoing
    let parentQueue = sends ? parent.queue(in: nodes) : nil
    let childQueue = child.direction == .incoming ? child.queue(in: nodes) : nil
    guard parent.kind == .producer || child.kind == .consumer || parentQueue != nil else {
      let key = draw(parent.service, child.service, .call, caller, times: times)
      if parent.kind == .client, child.kind == .server, child.duration <= parent.duration, !child.isSkewed {
        edges[key]?.networkTime.record(
          Duration(nanoseconds: parent.duration.nanoseconds - child.duration.nanoseconds), times: times)
      }
      if parent.kind == .client, parent.service != child.service, let peer = parent.peer,
        [.database, .cache].contains(nodes[peer].identity.kind)
      {
        answers[Answer(node: peer, service: child.service), default: EdgeFigures()].record(parent, times: times)
      }
      return
    }
    if parent.direction == .incoming && parent.service == child.service { return }  // one message, taken and processed
    switch (parentQueue, childQueue) {
    case (let queue?, nil) where child.kind == .server:
      answers[Answer(node: queue, service: child.service), default: EdgeFigures()].record(
        child, times: times)
    case (nil, nil): draw(parent.service, child.service, .message, caller, times: times)
    case (nil, let queue?): draw(parent.service, queue, .message, caller, times: times)  // the child draws its own half
    case (let queue?, nil): draw(queue, child.service, .message, child, times: times)  // the parent draws its own half
    case (let from?, let to?) where from != to: handOn(from, to, from: parent, to: child)
    case (.some, .some): break  // both draw their own halves
    }
    guard parent.kind.isOutgoing, child.kind == .consumer || child.direction == .incoming else { return }
    wait(for: child, from: parent, at: childQueue ?? parentQueue ?? parent.service)
  }

  /// Counts a message that came out of another destination than it was put into.
  private mutating func handOn(
    _ queue: Int, _ next: Int, from sender: RecountTable.Row, to taker: RecountTable.Row
  ) {
    let times = max(sender.times, taker.times)
    guard taker.kind == .client else {
      draw(queue, next, .message, sender, times: times)
      return
    }
    received[EdgeKey(source: queue, target: next, kind: .message), default: EdgeFigures()].record(sender, times: times)
  }

  /// Counts how long a message was on its way.
  private mutating func wait(for child: RecountTable.Row, from parent: RecountTable.Row, at source: Int) {
    guard child.start >= parent.start, parent.start.unixNanoseconds > 0 else { return }
    let sent = parent.start + parent.duration
    let key = EdgeKey(source: source, target: child.service, kind: .message)
    let time = child.start > sent ? child.start.since(sent) : .zero
    if child.kind == .client {
      received[key, default: EdgeFigures()].queueTime.record(time, times: max(child.times, parent.times))
    } else {
      edges[key, default: EdgeFigures()].queueTime.record(time, times: max(child.times, parent.times))
    }
  }

  /// Draws the edge that a span makes by itself: to or from the peer that it names, or from the user.
  /// - Returns: whether the other end of the call is known.
  private mutating func reach(
    _ span: RecountTable.Row, hasParent: Bool, isAnswered: Bool, isDetailed: Bool
  ) -> Bool {
    switch span.kind {
    case .server:
      if span.parentSpanID.isZero { draw(number(of: .user), span.service, .user, span) }
      return hasParent || span.parentSpanID.isZero
    case .consumer, .producer, .client:
      guard let queue = span.queue(in: nodes) else { break }
      let messages = max(1, span.links.count)
      switch span.direction {
      case _ where isDetailed: break
      // What a CLIENT sends and links to was created, and counted, before.
      case .outgoing where span.kind == .client && !span.links.isEmpty: break
      case .outgoing: draw(span.service, queue, .message, span)
      case .incoming where span.kind == .client:
        let key = EdgeKey(source: queue, target: span.service, kind: .message)
        received[key, default: EdgeFigures()].record(span, times: span.times, messages: messages)
      case .incoming: draw(queue, span.service, .message, span, messages: messages)
      case .settling: break
      }
      return true
    default:
      return hasParent
    }
    guard span.kind == .client, let named = span.peer else {
      return span.kind.isOutgoing ? isAnswered || isDetailed : hasParent
    }
    let peer = callee(named, of: span.service)
    if !isAnswered && !isDetailed { draw(span.service, peer, nodes[peer].identity.edgeKind, span) }
    return true
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

  /// Counts one call.
  @discardableResult
  private mutating func draw(
    _ source: Int, _ target: Int, _ kind: ServiceMap.EdgeKind, _ span: RecountTable.Row, times: Int? = nil,
    messages: Int = 1
  ) -> EdgeKey {
    let key = EdgeKey(source: source, target: target, kind: kind)
    edges[key, default: EdgeFigures()].record(span, times: times ?? span.times, messages: messages)
    return key
  }
}

// MARK: - When all is known

extension Recount {
  private mutating func replace() {
    for (key, figures) in received where edges[key, default: EdgeFigures()].calls == 0 { edges[key] = figures }
    edges = edges.filter { $0.value.calls > 0 }
    let replacements = replacements
    for (answer, figures) in answers where nodes[answer.node].identity.kind == .queue {
      if replacements[answer.node] != nil { continue }
      edges[EdgeKey(source: answer.node, target: answer.service, kind: .message), default: EdgeFigures()].add(figures)
    }
    let old = edges
    edges = [:]
    for (key, figures) in old {
      var new = key
      new.source = replacements[key.source] ?? key.source
      if let service = replacements[key.target] {
        (new.target, new.kind) = (service, key.kind == .database ? .call : key.kind)
      }
      if new != key && new.source == new.target { continue }
      edges[new, default: EdgeFigures()].add(figures)
    }
    // Nodes that send no spans get their figures from the calls that name them.
    for (key, figures) in edges {
      if !nodes[key.target].sendsSpans {
        nodes[key.target].spans += figures.calls
        nodes[key.target].outcomes += figures.outcomes
        nodes[key.target].latency += figures.latency
        if figures.isEstimated { nodes[key.target].isEstimated = true }
      }
      if !nodes[key.source].sendsSpans { nodes[key.source].spans += figures.calls }
    }
  }

  /// Databases and brokers that send spans of their own, by the nodes that others' spans name: who alone answered most of
  /// the calls. A broker also sends on, unless nobody else takes anything out of the queue.
  private var replacements: [Int: Int] {
    var replacements: [Int: Int] = [:]
    for (answer, figures) in answers where answers.keys.count(where: { $0.node == answer.node }) == 1 {
      let into = edges.filter { $0.key.target == answer.node && $0.key.source != answer.service }
      let calls = into.values.reduce(0) { $0 + $1.calls }
      if nodes[answer.node].identity.kind == .queue {
        let sendsOn = edges.contains { $0.key.source == answer.service && $0.key.target == answer.node }
        guard sendsOn || !edges.contains(where: { $0.key.source == answer.node }) else { continue }
        if 2 * figures.calls > calls { replacements[answer.node] = answer.service }
      } else if figures.calls > calls {
        replacements[answer.node] = answer.service
      }
    }
    return replacements
  }
}

extension Recount.EdgeFigures {
  fileprivate mutating func record(_ span: RecountTable.Row, times: Int, messages: Int = 1) {
    for _ in 0..<times * messages { outcomes.count(span.outcome) }
    latency.record(span.duration, times: times * messages)
    if times != 1 { isEstimated = true }
  }

  fileprivate mutating func add(_ other: Self) {
    outcomes += other.outcomes
    latency += other.latency
    queueTime += other.queueTime
    networkTime += other.networkTime
    isEstimated = isEstimated || other.isEstimated
  }

  var calls: UInt64 { outcomes.total }
}

extension LatencyHistogram {
  fileprivate mutating func record(_ duration: Duration, times: Int) {
    for _ in 0..<times { record(duration) }
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
