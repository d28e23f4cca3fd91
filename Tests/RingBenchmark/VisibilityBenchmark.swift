import OTLPCodec
import TraceModel

/// How long after its acknowledgement a span is found.
struct VisibilityBenchmark {
  let http: String
  let api: String

  private static let roundCount = 200

  func run() throws {
    let (sender, asker) = (try HTTPConnection(to: http), try HTTPConnection(to: api))
    var acknowledging: [Double] = []
    var finding: [Double] = []
    var tries = 0
    for round in 0..<Self.roundCount {
      let id = TraceID(high: .random(in: 1 ... .max), low: UInt64(round))
      let span = Span(
        traceID: id, spanID: SpanID(rawValue: 1), name: "seen", start: Timestamp(unixSeconds: 1_795_000_000),
        end: Timestamp(unixSeconds: 1_795_000_001))
      let began = ProcessorTime.wall
      let status = try sender.post("/v1/traces", RequestEncoder.encode([span])).status
      guard status == 200 else { throw BenchmarkError.badAnswer(status) }
      let acknowledged = ProcessorTime.wall
      repeat { tries += 1 } while try asker.get("/api/spoor/v1/traces/\(id)").status != 200
      acknowledging.append(Double(acknowledged - began) / 1e6)
      finding.append(Double(ProcessorTime.wall - acknowledged) / 1e6)
    }
    acknowledging.reportQuantiles("visibility", "one span sent to acknowledged", unit: "ms")
    finding.reportQuantiles("visibility", "acknowledged to found", unit: "ms")
    Figure(part: "visibility", name: "questions until found", value: Double(tries) / Double(Self.roundCount), unit: "")
      .report()
  }
}
