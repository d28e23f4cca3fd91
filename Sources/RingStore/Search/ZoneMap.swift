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

  init(of batch: SpanBatch) {
    let first = batch.starts.first ?? Timestamp(unixNanoseconds: 0)
    (earliestStart, latestStart) = (first, first)
    (longest, errorCount, kinds, outcomes) = (.zero, 0, 0, batch.isAnnotated ? 0 : .max)
    // By bare numbers, since another module would have to be asked for each comparison.
    var (earliest, latest, longest) = (first.unixNanoseconds, first.unixNanoseconds, UInt64(0))
    for (start, end) in zip(batch.starts, batch.ends) {
      earliest = min(earliest, start.unixNanoseconds)
      latest = max(latest, start.unixNanoseconds)
      longest = max(longest, max(end.unixNanoseconds, start.unixNanoseconds) - start.unixNanoseconds)
    }
    earliestStart.unixNanoseconds = earliest
    latestStart.unixNanoseconds = latest
    self.longest = Duration(nanoseconds: longest)
    let error = SpanStatus.Code.error.rawValue
    for code in batch.statusCodes where code.rawValue == error { errorCount += 1 }
    for kind in batch.kinds { kinds |= Self.bit(of: kind) }
    for outcome in batch.outcomes { outcomes |= Self.bit(of: outcome) }
    services = ServiceBits()
    for resource in batch.resources {
      if let service = resource.serviceName { services.insert(service) }
    }
  }

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
