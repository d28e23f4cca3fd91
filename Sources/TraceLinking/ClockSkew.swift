import TraceModel

/// Shows the spans of a trace as if all hosts had the clock of the host where it began. The rules are those of Jaeger's
/// adjuster but for what ClockSkew.md says; nothing that is stored changes.
package enum ClockSkew {
  /// The trace with the times of spans on other hosts than their parent's moved, and `LinkedSpan.clockShift` where that was
  /// done or would have been too much. The tree stays what it is, siblings in the order of the clocks that sent them.
  ///
  /// Takes time in proportion to the spans; nothing recurses.
  /// - Parameter maximum: what would have to be moved further stays where it is.
  package static func adjusting(_ trace: Trace, maximum: Duration = LinkingLimits.clockShiftMax) -> Trace {
    var clocks = TraceClocks(trace, maximum)
    for position in trace.spans.indices { clocks.set(position) }
    return clocks.trace
  }
}

/// The shifts of a trace's spans, parents before children.
private struct TraceClocks {
  /// Of which every span before the one that is looked at has been moved.
  private(set) var trace: Trace
  private let maximum: Duration
  private var isSet: [Bool]
  /// By position.
  private let hosts: [String?]
  /// The callers' ends of calls, by ID, for the servers' ends that have the same.
  private var callers: [SpanID: Int] = [:]

  init(_ trace: Trace, _ maximum: Duration) {
    self.trace = trace
    self.maximum = maximum
    isSet = Array(repeating: false, count: trace.spans.count)
    hosts = trace.spans.map { $0.span.resource.host }
    for (position, linked) in trace.spans.enumerated() where linked.span.kind.isOutgoing {
      callers[linked.span.spanID] = position
    }
  }

  mutating func set(_ position: Int) {
    if isSet[position] { return }
    let caller = otherEnd(of: position)
    // It has the same parent, which is set, and is nobody's other end itself: this goes no deeper.
    if let caller { set(caller) }
    isSet[position] = true
    guard let reference = caller ?? trace.spans[position].parent else { return }
    trace.spans[position].clockShift = shift(of: position, by: reference)
    if let shift = trace.spans[position].clockShift, shift.isApplied {
      trace.spans[position].span.move(byNanoseconds: shift.nanoseconds)
    }
  }

  /// The CLIENT or PRODUCER span beside a SERVER or CONSUMER one under the same ID, as Zipkin's tracers have it.
  private func otherEnd(of position: Int) -> Int? {
    let linked = trace.spans[position]
    guard linked.span.kind.isIncoming, let caller = callers[linked.span.spanID] else { return nil }
    return trace.spans[caller].parent == linked.parent ? caller : nil
  }

  private func shift(of position: Int, by reference: Int) -> ClockShift? {
    let (child, parent) = (trace.spans[position].span, trace.spans[reference].span)
    if isOneClock(position, reference) { return trace.spans[reference].clockShift }
    guard let distance = child.distance(into: parent), distance != 0 else { return nil }
    return ClockShift(nanoseconds: distance, isApplied: distance.magnitude <= maximum.nanoseconds)
  }

  private func isOneClock(_ position: Int, _ reference: Int) -> Bool {
    switch (hosts[position], hosts[reference]) {
    case (let host?, let other?): host == other
    case (nil, nil):
      // Inside one process; one that calls its own kind may well call another machine.
      !trace.spans[position].span.kind.isIncoming
        && trace.spans[position].span.resource == trace.spans[reference].span.resource
    default: false
    }
  }
}

extension Span {
  /// How far the span would have to be moved to lie in its parent: 0 if it does, nil where there is no such number.
  fileprivate func distance(into parent: Span) -> Int64? {
    let isBehind = kind == .consumer || parent.kind == .producer
    if duration > parent.duration || isBehind {
      return start < parent.start ? parent.start.distance(from: start) : 0
    }
    if start >= parent.start && end <= parent.end { return 0 }
    // As if the way there took as long as the way back.
    let way = Duration(nanoseconds: (parent.duration.nanoseconds - duration.nanoseconds) / 2)
    return (parent.start + way).distance(from: start)
  }

  fileprivate mutating func move(byNanoseconds distance: Int64) {
    start = start.moved(byNanoseconds: distance)
    end = end.moved(byNanoseconds: distance)
    for number in events.indices { events[number].time = events[number].time.moved(byNanoseconds: distance) }
  }
}

extension Timestamp {
  /// Nil past what 64 bits hold, 292 years.
  fileprivate func distance(from other: Timestamp) -> Int64? {
    if self >= other { return Int64(exactly: since(other).nanoseconds) }
    return Int64(exactly: other.since(self).nanoseconds).map { -$0 }
  }
}

extension Resource {
  /// What tells whose clock a span's times are of.
  fileprivate var host: String? {
    if let id = attributes["host.id"]?.stringValue, !id.isEmpty { return id }
    switch attributes["host.ip"] {
    case .string(let address)? where !address.isEmpty: return address
    case .array(let addresses)?:
      if let address = addresses.first?.stringValue, !address.isEmpty { return address }
    default: break
    }
    return attributes["host.name"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
  }
}
