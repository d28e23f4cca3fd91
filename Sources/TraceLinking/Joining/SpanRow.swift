import TraceModel

/// What joining needs of a span: 72 bytes. Parties and names are numbers of a `KeyTable`.
struct SpanRow {
  var traceID: TraceID
  var spanID: SpanID
  var parentSpanID: SpanID
  var start: Timestamp
  var duration: Duration
  /// The minute in which it ended, or why it has none.
  var period: Period
  private var packedName: UInt32
  /// Kind, outcome, whether there are links, whether the peer is a queue, whether there is a peer, its direction, its
  /// node: 8, 2 (behind a free one and links' one), 1, 1, 2, 16 bits.
  private var packed: UInt32
  /// By `SpanTable`: where its parent is, or -1.
  var parent: Int32 = -1
  var service: UInt16
  /// Of `duration`, numbered as by `CellTable`.
  let bucket: UInt16
  /// Which of the segments that are looked at together it lies in.
  var origin: UInt16
  private var marks: UInt8 = 0
  /// Its sampling factor, by the numbers of `SpanFacts`.
  let factor: UInt8

  @inline(__always) init(
    traceID: TraceID, spanID: SpanID, parentSpanID: SpanID, start: Timestamp, duration: Duration, bucket: UInt16,
    period: Period, name: UInt32?, said: Said, service: UInt16, origin: UInt16, kind: SpanKind,
    outcome: UInt8
  ) {
    self.traceID = traceID
    self.spanID = spanID
    self.parentSpanID = parentSpanID
    self.start = start
    self.duration = duration
    self.bucket = bucket
    self.period = period
    packedName = name ?? .max
    packed = UInt32(kind.packed) << 24 | UInt32(outcome) << 20 | said.packed
    factor = said.factor
    self.service = service
    self.origin = origin
  }

  /// No span: what fills a place that none has taken.
  static let none = SpanRow(
    traceID: .zero, spanID: .zero, parentSpanID: .zero, start: Timestamp(unixNanoseconds: 0), duration: .zero,
    bucket: 0, period: .context, name: nil, said: Said(), service: 0, origin: 0, kind: .unspecified, outcome: 0)

  /// What an `Annotation` says, in the numbers of a `KeyTable`.
  struct Said {
    fileprivate var packed: UInt32 = 0
    var factor: UInt8 = 0

    mutating func setPeer(_ party: UInt16, isQueue: Bool, _ direction: Peer.Direction) {
      packed |= (isQueue ? 1 << 19 : 0) | 1 << 18 | UInt32(direction.rawValue) << 16 | UInt32(party)
    }

    var hasLinks: Bool {
      get { packed & 1 << 22 != 0 }
      set { packed = newValue ? packed | 1 << 22 : packed & ~(1 << 22) }
    }
  }

  /// Nil if nobody wants to know.
  @inline(__always) var name: UInt32? {
    get { packedName == .max ? nil : packedName }
    set { packedName = newValue ?? .max }
  }

  // MARK: The peer

  @inline(__always) var hasPeer: Bool { packed & 1 << 18 != 0 }
  /// Of the peer, if there is one.
  @inline(__always) var party: UInt16 { UInt16(truncatingIfNeeded: packed) }
  @inline(__always) private var direction: UInt32 { packed >> 16 & 3 }
  @inline(__always) var sends: Bool { direction == UInt32(Peer.Direction.outgoing.rawValue) }
  /// Whether it takes messages from its peer.
  @inline(__always) var takes: Bool { hasPeer && direction == UInt32(Peer.Direction.incoming.rawValue) }
  @inline(__always) var hasLinks: Bool { packed & 1 << 22 != 0 }
  /// The destination of messages that it names.
  @inline(__always) var queue: UInt16? { packed & 1 << 19 != 0 ? party : nil }
  /// Whether it calls a peer, or would if it named one, and has nothing to do with messages.
  @inline(__always) var isPlainClient: Bool { isClient && sends && packed & 1 << 19 == 0 }
  /// Whether it puts messages into its peer.
  @inline(__always) var sendsMessages: Bool { isOutgoing && sends && packed & 1 << 19 != 0 }

  // MARK: Facts

  /// By the number of its raw value.
  @inline(__always) var outcome: UInt8 {
    get { UInt8(truncatingIfNeeded: packed >> 20 & 3) }
    set { packed = packed & ~(3 << 20) | UInt32(newValue & 3) << 20 }
  }
  @inline(__always) var kind: UInt8 { UInt8(truncatingIfNeeded: packed >> 24) }
  /// In nanoseconds since 1970. Of a span that ends before it starts, its start.
  @inline(__always) var end: UInt64 {
    let (sum, isOver) = start.unixNanoseconds.addingReportingOverflow(duration.nanoseconds)
    return isOver ? .max : sum
  }
  @inline(__always) var isCounted: Bool { period.rawValue != Period.context.rawValue && !isDuplicate }
  /// Whether the span says that it has a parent.
  @inline(__always) var hasParentID: Bool { parentSpanID.rawValue != 0 }

  // MARK: What it does in a call

  @inline(__always) var isServer: Bool { kind == 2 }
  @inline(__always) var isClient: Bool { kind == 3 }
  @inline(__always) var isProducer: Bool { kind == 4 }
  @inline(__always) var isConsumer: Bool { kind == 5 }
  @inline(__always) var isOutgoing: Bool { isClient || isProducer }
  @inline(__always) var isIncoming: Bool { isServer || isConsumer }
  /// Whether it is one end of a call.
  @inline(__always) var isEnd: Bool { kind >= 2 && kind <= 5 }

  // MARK: By `SpanTable`

  /// Forgets what an earlier table found out.
  @inline(__always) mutating func unlink() { (parent, marks) = (-1, 0) }

  /// Whether another span has the same ID.
  @inline(__always) var isShared: Bool {
    get { marks & 1 != 0 }
    set { marks = newValue ? marks | 1 : marks & ~1 }
  }

  /// Whether some span in its own or another service took the call.
  @inline(__always) var isAnswered: Bool {
    get { marks & 2 != 0 }
    set { marks = newValue ? marks | 2 : marks & ~2 }
  }

  /// Whether another span of its service tells of the same call or message, and counts instead.
  @inline(__always) var isDetailed: Bool { marks & 8 != 0 }
  /// Whether a single one does.
  @inline(__always) var isDetailedOnce: Bool { marks & 24 == 8 }

  @inline(__always) mutating func noteDetail() { marks |= isDetailed ? 16 : 8 }

  /// Whether one around it, that sends or calls, leaves it to this one to be counted.
  @inline(__always) var isInner: Bool {
    get { marks & 32 != 0 }
    set { marks = newValue ? marks | 32 : marks & ~32 }
  }

  /// Whether the span is there already.
  @inline(__always) var isDuplicate: Bool {
    get { marks & 4 != 0 }
    set { marks = newValue ? marks | 4 : marks & ~4 }
  }

  // Field by field: comparing whole IDs would be a call into another module for each.

  @inline(__always) func hasID(_ spanID: SpanID, in traceID: TraceID) -> Bool {
    self.spanID.rawValue == spanID.rawValue && self.traceID.low == traceID.low && self.traceID.high == traceID.high
  }

  func isSame(as other: SpanRow) -> Bool {
    hasID(other.spanID, in: other.traceID) && start.unixNanoseconds == other.start.unixNanoseconds
      && kind == other.kind
  }

  /// Across services every parent and child are a call, whatever their kinds; inside one only the two ends of one are.
  @inline(__always) func calls(_ child: SpanRow) -> Bool {
    service != child.service
      || (isClient && child.isServer)
      || (isProducer && child.isConsumer)
  }

  /// Whether both tell of the same messages, such as a receiving span and those that process what it received.
  @inline(__always) func isDetailed(by child: SpanRow) -> Bool {
    service == child.service && queue != nil && queue == child.queue && direction == child.direction
      && isConsumer == child.isConsumer
  }
}

extension SpanKind {
  /// One byte. Kinds that this version does not know are told apart by their low seven bits.
  @inline(__always) var packed: UInt8 {
    rawValue >= 0 && rawValue < 128 ? UInt8(rawValue) : UInt8(truncatingIfNeeded: rawValue) | 128
  }
}
