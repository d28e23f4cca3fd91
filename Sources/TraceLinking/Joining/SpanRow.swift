import TraceModel

/// What joining needs of a span: 72 bytes. Parties and names are numbers of a `KeyTable`.
struct SpanRow {
  var traceID: TraceID
  var spanID: SpanID
  var parentSpanID: SpanID
  var start: Timestamp
  var duration: Duration
  /// Of `duration`, numbered as by `CellTable`.
  var bucket: UInt16
  /// The minute in which it ended, or why it has none.
  var period: Period
  /// Nil if nobody wants to know.
  var name: UInt32? {
    get { packedName == .max ? nil : packedName }
    set { packedName = newValue ?? .max }
  }
  private var packedName: UInt32
  private var packedPeer: UInt32
  var service: UInt16
  /// Which of the segments that are looked at together it lies in.
  var origin: UInt16
  private var packedKind: UInt8
  var outcome: Outcome
  /// Whether another span has the same ID.
  var isShared = false
  /// Whether some span in its own or another service took the call.
  var isAnswered = false

  init(
    traceID: TraceID, spanID: SpanID, parentSpanID: SpanID, start: Timestamp, duration: Duration, period: Period,
    name: UInt32?, peer: PeerNumber?, service: UInt16, origin: UInt16, kind: SpanKind, outcome: Outcome
  ) {
    self.traceID = traceID
    self.spanID = spanID
    self.parentSpanID = parentSpanID
    self.start = start
    self.duration = duration
    bucket = UInt16(CellTable.bucket(of: duration))
    self.period = period
    packedName = name ?? .max
    packedPeer = peer.map { UInt32($0.direction.rawValue) << 16 | UInt32($0.party) } ?? .max
    self.service = service
    self.origin = origin
    packedKind = kind.packed
    self.outcome = outcome
  }

  /// A peer by the number of its node.
  struct PeerNumber {
    var party: UInt16
    var direction: Peer.Direction
  }

  var peer: PeerNumber? {
    guard packedPeer != .max, let direction = Peer.Direction(rawValue: UInt8(packedPeer >> 16)) else { return nil }
    return PeerNumber(party: UInt16(packedPeer & 0xffff), direction: direction)
  }

  var direction: Peer.Direction { peer?.direction ?? .outgoing }
  var kind: UInt8 { packedKind }
  /// Of a span that ends before it starts, its start.
  var end: Timestamp { start + duration }
  var isCounted: Bool { period != .context }
  /// Whether the span says that it has a parent.
  var hasParentID: Bool { parentSpanID.rawValue != 0 }

  /// What a span of its kind does in a call.
  enum Role: UInt8 {
    case server = 2
    case client = 3
    case producer = 4
    case consumer = 5
    /// Nothing.
    case none = 0
  }

  var role: Role { packedKind >= 2 && packedKind <= 5 ? Role(rawValue: packedKind) ?? .none : .none }
  var isOutgoing: Bool { packedKind == Role.client.rawValue || packedKind == Role.producer.rawValue }
  var isIncoming: Bool { packedKind == Role.server.rawValue || packedKind == Role.consumer.rawValue }
  /// Whether it is one end of a call.
  var isEnd: Bool { packedKind >= 2 && packedKind <= 5 }

  // Field by field: comparing whole IDs would be a call into another module for each.

  func hasID(_ spanID: SpanID, in traceID: TraceID) -> Bool {
    self.spanID.rawValue == spanID.rawValue && self.traceID.low == traceID.low && self.traceID.high == traceID.high
  }

  func isSame(as other: SpanRow) -> Bool {
    hasID(other.spanID, in: other.traceID) && start.unixNanoseconds == other.start.unixNanoseconds
      && packedKind == other.packedKind
  }
}

extension SpanKind {
  /// One byte. Kinds that this version does not know are told apart by their low seven bits.
  var packed: UInt8 {
    rawValue >= 0 && rawValue < 128 ? UInt8(rawValue) : UInt8(truncatingIfNeeded: rawValue) | 128
  }
}
