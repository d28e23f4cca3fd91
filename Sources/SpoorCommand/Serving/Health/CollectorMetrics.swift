import Collector
import OTLPCodec
import Receivers
import Rendering
import TraceModel

/// The collector's own health, under names that dashboards and alerts may rely on. What is received is in exactly one
/// place: `spoor_spans_received_total` is the sum of stored, duplicate, rejected, dropped and in flight.
enum CollectorMetrics {
  static func families(_ counters: CollectorCounters, _ retention: Retention, _ process: ProcessFigures)
    -> [MetricFamily]
  {
    spans(counters) + payloads(counters) + ring(retention) + process.families + [
      MetricFamily(
        .gauge, "spoor_build_info", "What runs here; always 1.",
        [MetricFamily.Sample(1, labels: [MetricFamily.Label("version", Spoor.versionNumber)])])
    ]
  }

  private static func spans(_ counters: CollectorCounters) -> [MetricFamily] {
    var rejected = Dictionary(uniqueKeysWithValues: RejectionReason.allCases.map { ($0.rawValue, UInt64(0)) })
    var dropped: [String: UInt64] = [:]
    for (reason, count) in counters.spansLost {
      if RejectionReason(rawValue: reason) != nil { rejected[reason] = count } else { dropped[reason] = count }
    }
    return [
      MetricFamily(
        .counter, "spoor_spans_received_total", "Spans in payloads that could be decoded.",
        Double(counters.spansReceived)),
      MetricFamily(.counter, "spoor_spans_stored_total", "Spans written to the ring.", Double(counters.spansStored)),
      MetricFamily(
        .counter, "spoor_spans_duplicate_total", "Spans of requests that were stored before and came again.",
        Double(counters.spansDuplicate)),
      MetricFamily(
        .counter, "spoor_spans_rejected_total", "Spans that cannot be stored for what they are.", by: "reason", rejected
      ),
      MetricFamily(
        .counter, "spoor_spans_dropped_total", "Spans that could not be stored though nothing is wrong with them.",
        by: "reason", dropped.isEmpty ? ["not_stored": 0] : dropped),
      MetricFamily(
        .gauge, "spoor_spans_in_flight", "Spans decoded and not yet stored.", Double(counters.spansInFlight)),
      MetricFamily(
        .counter, "spoor_strings_repaired_total", "Strings that were not UTF-8 and have been repaired.",
        Double(counters.stringsRepaired)),
      MetricFamily(.counter, "spoor_commits_total", "Writes to the ring.", Double(counters.commits)),
      commits(counters.commitDurations),
    ]
  }

  private static func commits(_ durations: LatencyHistogram) -> MetricFamily {
    let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    var counts = [UInt64](repeating: 0, count: bounds.count + 1)
    counts[0] = durations.zeroCount
    for (position, count) in durations.bucketCounts.enumerated() {
      // A bucket across a bound, 2 % wide, goes below it.
      let lower = Double(LatencyHistogram.upperBound(ofBucket: max(-1, durations.offset + position - 1))) / 1e9
      counts[bounds.firstIndex { lower < $0 } ?? bounds.count] += count
    }
    return MetricFamily(
      histogram: "spoor_commit_duration_seconds",
      "How long writes to the ring took, with the sync if senders wait for it.",
      bounds: bounds, counts: counts, sum: Double(durations.sumNanoseconds) / 1e9)
  }

  private static func payloads(_ counters: CollectorCounters) -> [MetricFamily] {
    var received = Dictionary(uniqueKeysWithValues: Transport.allCases.map { ($0.rawValue, UInt64(0)) })
    for (transport, count) in counters.payloadsReceived { received[transport.rawValue] = count }
    var dropped = Dictionary(
      uniqueKeysWithValues: [Transport.udp, .xray].map { ($0.rawValue, UInt64(0)) })
    for (transport, count) in counters.kernelDrops { dropped[transport.rawValue] = count }
    return [
      MetricFamily(
        .counter, "spoor_payloads_received_total", "Requests, frames and datagrams.", by: "transport", received),
      MetricFamily(
        .counter, "spoor_payloads_refused_total", "Payloads of which no span was taken.", by: "reason",
        counters.payloadsRefused),
      MetricFamily(
        .counter, "spoor_received_bytes_total", "Bytes of payloads, inflated.", Double(counters.bytesReceived)),
      MetricFamily(
        .counter, "spoor_kernel_dropped_datagrams_total", "Datagrams that the kernel had no room for.",
        by: "transport", dropped),
      MetricFamily(
        .gauge, "spoor_in_flight_bytes",
        "Memory of payloads that are still arriving, and of spans that wait to be stored.",
        by: "state", ["arriving": counters.arrivingByteCount, "waiting": counters.waitingByteCount]),
      MetricFamily(
        .counter, "spoor_read_pauses_total",
        "How often connections were not read from because too much waited to be stored.", Double(counters.readPauses)),
    ]
  }

  private static func ring(_ retention: Retention) -> [MetricFamily] {
    [
      MetricFamily(
        .gauge, "spoor_ring_capacity_bytes", "How much disk the ring may take.", Double(retention.capacityBytes)),
      MetricFamily(.gauge, "spoor_ring_spans", "Spans that the ring holds.", Double(retention.spans)),
      MetricFamily(
        .gauge, "spoor_ring_oldest_arrival_timestamp_seconds", "When the oldest spans that the ring holds came in.",
        retention.oldestArrival.map { [MetricFamily.Sample(Double($0.unixNanoseconds) / 1e9)] } ?? []),
    ]
  }
}
