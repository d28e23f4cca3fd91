import NIOPosix
import OTLPCodec
import Testing
import TraceModel
import TraceQuery

@testable import SpoorCommand

@Suite struct GiantTraceTests {
  @Test func `a trace has more and longer spans than a sender may send, and none is lost on the way from a collector`()
    async throws
  {
    let id = TraceID(high: 1, low: 2)
    let resource = Resource(attributes: [Attribute("service.name", .string("giant"))])
    let count = UInt64(RequestLimits().spanCountMax + 10)
    var spans = (1...count).map {
      Span(
        traceID: id, spanID: SpanID(rawValue: $0), name: "a", start: Timestamp(unixNanoseconds: $0),
        end: Timestamp(unixNanoseconds: $0), resource: resource)
    }
    spans[1].name = String(repeating: "n", count: 2 * RequestLimits().spanByteCountMax)
    let answer = ScriptedServer.Reply.http(
      "200 OK", headers: ["Content-Type: application/x-protobuf"], body: RequestEncoder.encode(spans))
    try await ScriptedServer.run(.http, [answer]) { server async throws in
      let collector = try RunningCollector(
        url: "http://\(server.authority)", group: MultiThreadedEventLoopGroup.singleton)
      let found = try await collector.trace(TraceReference(id), after: nil)
      #expect(found.spans.count == Int(count) && found.id == id)
      #expect(found.spans[1].name.utf8.count == 2 * RequestLimits().spanByteCountMax)
    }
  }
}
