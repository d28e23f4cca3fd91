import OTLPCodec
import TraceModel

/// What a span costs from the wire into a batch, and from several batches into one: the scanner beside protobuf-c, in one
/// run and over the same requests.
struct DecodeBenchmark {
  let spanCount: Int

  func run() throws {
    for spansARequest in [512, 64, 3, 1] {
      var workload = Workload(seed: 3)
      let requests = (0..<max(1, min(spanCount, 16_384) / spansARequest)).map { _ in
        RequestEncoder.encode(workload.request(spanCount: spansARequest))
      }
      let part = "\(spansARequest) a request"
      let byteCount = requests.reduce(0) { $0 + $1.count }
      let rounds = max(1, spanCount / (requests.count * spansARequest))
      let spans = requests.count * spansARequest
      Figure(part: part, name: "as OTLP", value: Double(byteCount) / Double(spans), unit: "B/span").report()
      var scanner = RequestDecoder()
      report(part, "decode", spans, try fastest(rounds) { for request in requests { _ = try scanner.decode(request) } })
      let gathered = try fastest(rounds) {
        for request in requests {
          _ = try scanner.gather(request)
          if scanner.gatheredSpanCount >= 192 { _ = scanner.takeGathered() }
        }
        _ = scanner.takeGathered()
      }
      report(part, "decode, 192 a batch", spans, gathered)
      var judge = ReferenceDecoder()
      report(
        part, "decode with protobuf-c", spans,
        try fastest(max(1, rounds / 8)) { for request in requests { _ = try judge.decode(request) } })
      // As the ring's packer does it: as many requests as fill a block.
      let batches = try requests.map { try scanner.decode($0).batch }
      let joined = fastest(rounds) {
        var pending = SpanBatch()
        for batch in batches {
          if pending.count + batch.count > 4096 || pending.isEmpty {
            pending = batch
          } else {
            pending.append(contentsOf: batch)
          }
        }
      }
      report(part, "join batches", spans, joined)
    }
  }

  /// The fastest round says what the work takes; the others, what else the machine had to do.
  private func fastest<Failure: Error>(_ rounds: Int, _ work: () throws(Failure) -> Void) throws(Failure) -> UInt64 {
    var fastest = UInt64.max
    for _ in 0..<rounds { fastest = min(fastest, try ProcessorTime.spent(work)) }
    return fastest
  }

  private func report(_ part: String, _ what: String, _ spans: Int, _ nanoseconds: UInt64) {
    Figure(part: part, name: "CPU: " + what, value: Double(nanoseconds) / Double(spans), unit: "ns/span").report()
  }
}
