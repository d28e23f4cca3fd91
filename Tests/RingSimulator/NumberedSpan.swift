import TraceModel

/// The spans of a simulation: everything in them follows from their number, so any that comes back can be judged.
package enum NumberedSpan {
  /// Four neighbours share a trace.
  package static func traceID(of number: Int) -> TraceID { TraceID(high: 0xfeed, low: UInt64(number / 4)) }

  package static func span(_ number: Int, byteCount: Int) -> Span {
    Span(
      traceID: traceID(of: number), spanID: SpanID(rawValue: UInt64(number + 1)), name: "span \(number % 3)",
      kind: .server, start: start(of: number), end: end(of: number),
      attributes: [Attribute("payload", .bytes(payload(number, byteCount: byteCount)))],
      resource: Resource(attributes: [Attribute("service.name", .string("service \(number % 2)"))]))
  }

  /// What the row of a batch claims to be, if that is not a lie at first sight.
  static func number(_ batch: SpanBatch, row: Int) -> Int? {
    let number = Int(clamping: batch.spanIDs[row].rawValue) - 1
    guard number >= 0, batch.traceIDs[row] == traceID(of: number), batch.starts[row] == start(of: number),
      batch.ends[row] == end(of: number)
    else { return nil }
    return number
  }

  private static func start(of number: Int) -> Timestamp { Timestamp(unixNanoseconds: 1_000_000 + UInt64(number) * 7) }
  private static func end(of number: Int) -> Timestamp { Timestamp(unixNanoseconds: 2_000_000 + UInt64(number) * 9) }

  private static func payload(_ number: Int, byteCount: Int) -> [UInt8] {
    [UInt8](repeating: UInt8(truncatingIfNeeded: number &* 31), count: byteCount)
  }
}
