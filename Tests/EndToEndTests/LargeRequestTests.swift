import Foundation
import Testing

/// Requests that are taken off the event loop because they are long, whatever way they come.
@Suite(.timeLimit(.minutes(10))) struct LargeRequestTests {
  private static let spanCount = 1000
  /// Noise of 64 bits in 13 digits: compressed as well as can be, a thousand of these are still 600 KB, and more than twice
  /// the 256 KiB that are inflated and decoded at once.
  private static let textByteCount = 1040

  private let spans: [MadeUpSpan] = (1...spanCount).map { number in
    var state = UInt64(number)
    var text = ""
    while text.utf8.count < textByteCount {
      state = NumberedRequest.mixed(state)
      text += String(state, radix: 36)
    }
    return MadeUpSpan(
      service: "large", traceID: MadeUpSpan.traceID(1), spanID: MadeUpSpan.spanID(number), attributes: ["text": text])
  }

  @Test(arguments: [
    ("otlp-http", "none"), ("otlp-http", "gzip"), ("otlp-http", "zstd"), ("otlp-grpc", "none"), ("otlp-grpc", "gzip"),
    ("otlp-grpc", "zstd"), ("tcp", "none"),
  ])
  func `every span of a large request is found again`(transport: String, compression: String) async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let url =
      switch transport {
      case "otlp-http": "http://\(try collector.http)"
      case "otlp-grpc": "grpc://\(try collector.grpc)"
      default: "tcp://\(try collector.tcp)"
      }
    let body = MadeUpSpan.request(spans)
    let file = folder.path("request.pb")
    try Data(body).write(to: URL(fileURLWithPath: file))
    let sent = try await Spoor.run("send", file, "--to", url, "--compression", compression)
    #expect(sent.exitCode == 0, "\(sent.errors)")

    let answer = try await Spoor.ask("trace", MadeUpSpan.traceID(1), "--server", collector.api, "--format", "otlp")
    let found = ExportRequest.spans(Array(answer))
    #expect(found.count == Self.spanCount)
    let texts = Dictionary(found.map { ($0.spanID, $0.texts) }) { $0 + $1 }
    for span in spans { #expect(texts[span.spanID] == span.attributes.map(\.value), "\(span.spanID)") }

    let metrics = try await collector.metrics()
    #expect(metrics["spoor_payloads_received_total{transport=\"\(transport)\"}"] == 1)
    #expect(metrics["spoor_received_bytes_total"] == Double(body.count))
    #expect(metrics["spoor_in_flight_bytes"] == 0)
    #expect(try await collector.stop() == 0)
  }
}
