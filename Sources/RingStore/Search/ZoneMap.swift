import TraceModel

/// What is known of a block's spans without reading it: a search leaves out blocks that can have no match.
struct ZoneMap: Equatable, Sendable {
  var earliestStart: Timestamp
  var latestStart: Timestamp
  var longest: TraceModel.Duration
  /// Spans with an ERROR status.
  var errorCount: UInt32
  /// A bit for each of OpenTelemetry's kinds, the highest for all others.
  var kinds: UInt8
  /// A bit for each outcome; all if nobody has annotated the spans.
  var outcomes: UInt8
  var services: ServiceBits

  /// Of no spans.
  init() {
    (earliestStart, latestStart) = (Timestamp(unixNanoseconds: .max), Timestamp(unixNanoseconds: 0))
    (longest, errorCount, kinds, outcomes, services) = (.zero, 0, 0, 0, ServiceBits())
  }

  init(of batch: SpanBatch) {
    self.init()
    var ends = Ends()
    for (start, end) in zip(batch.starts, batch.ends) {
      take(start: start.unixNanoseconds, end: end.unixNanoseconds, &ends)
    }
    if batch.isEmpty { earliestStart = latestStart }
    for kind in batch.kinds { take(kind: kind.rawValue) }
    for code in batch.statusCodes { take(statusCode: code.rawValue) }
    for outcome in batch.outcomes { take(outcome: UInt32(outcome.rawValue)) }
    if !batch.isAnnotated { outcomes = .max }
    for resource in batch.resources {
      if let service = resource.serviceName { services.insert(service) }
    }
  }

  /// The extremes of spans' ends.
  struct Ends {
    var earliest = UInt64.max
    var latest: UInt64 = 0
  }

  // The columns of each span, as bare numbers, since another module would have to be asked for every comparison.

  @inline(__always) mutating func take(start: UInt64, end: UInt64, _ ends: inout Ends) {
    ends.earliest = min(ends.earliest, end)
    ends.latest = max(ends.latest, end)
    earliestStart.unixNanoseconds = min(earliestStart.unixNanoseconds, start)
    latestStart.unixNanoseconds = max(latestStart.unixNanoseconds, start)
    longest.nanoseconds = max(longest.nanoseconds, max(end, start) &- start)
  }

  @inline(__always) mutating func take(kind: Int32) {
    kinds |= (0..<7).contains(kind) ? 1 << UInt8(truncatingIfNeeded: kind) : 1 << 7
  }

  @inline(__always) mutating func take(statusCode: Int32) {
    if statusCode == SpanStatus.Code.error.rawValue { errorCount &+= 1 }
  }

  /// By its raw value.
  @inline(__always) mutating func take(outcome: UInt32) { outcomes |= 1 << UInt8(truncatingIfNeeded: outcome) }

  static func bit(of kind: SpanKind) -> UInt8 { (0..<7).contains(kind.rawValue) ? 1 << UInt8(kind.rawValue) : 1 << 7 }
  static func bit(of outcome: Outcome) -> UInt8 { 1 << outcome.rawValue }
}

// In an entry of the block directory.
extension ZoneMap {
  static let earliestStartField = Field("min_start_ns", at: 48, 8)
  static let latestStartField = Field("max_start_ns", at: 56, 8)
  static let longestField = Field("max_duration_ns", at: 64, 8)
  static let errorCountField = Field("n_errors", at: 72, 4)
  static let kindsField = Field("kinds", at: 76, 1)
  static let outcomesField = Field("outcomes", at: 77, 1)
  static let servicesField = Field("services", at: 80, ServiceBits.byteCount)
  static let fields = [
    earliestStartField, latestStartField, longestField, errorCountField, kindsField, outcomesField, servicesField,
  ]

  func encode(into entry: inout [UInt8]) {
    entry.put(earliestStart.unixNanoseconds, in: Self.earliestStartField)
    entry.put(latestStart.unixNanoseconds, in: Self.latestStartField)
    entry.put(longest.nanoseconds, in: Self.longestField)
    entry.put(errorCount, in: Self.errorCountField)
    entry.put(kinds, in: Self.kindsField)
    entry.put(outcomes, in: Self.outcomesField)
    entry.replaceSubrange(Self.servicesField.offset..<Self.servicesField.end, with: services.bytes)
  }

  init(entry: ArraySlice<UInt8>) {
    earliestStart = Timestamp(unixNanoseconds: entry.number(Self.earliestStartField))
    latestStart = Timestamp(unixNanoseconds: entry.number(Self.latestStartField))
    longest = Duration(nanoseconds: entry.number(Self.longestField))
    errorCount = entry.number(Self.errorCountField)
    kinds = entry.number(Self.kindsField)
    outcomes = entry.number(Self.outcomesField)
    services = ServiceBits(bytes: entry.dropFirst(Self.servicesField.offset).prefix(ServiceBits.byteCount))
  }
}
