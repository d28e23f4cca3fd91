import NIOCore
import Testing
import TraceModel

@testable import Receivers

/// What becomes of calls, well made or not.
@Suite struct GRPCCallTests {
  private typealias Frame = GRPCPeer.Frame
  private let retryInfo =
    "CA4SIHRvbyBtdWNoIGlzIHVuZGVyIHdheTsgdHJ5IGFnYWluGjAKKHR5cGUuZ29vZ2xlYXBpcy5jb20v"
    + "Z29vZ2xlLnJwYy5SZXRyeUluZm8SBAoCCAE"

  @Test(
    arguments: [
      (Verdict.accepted, "0", nil), (.partlyRejected(spans: 1, reason: "no ID"), "0", nil),
      (.malformed("no\n100 %"), "3", "no%0A100 %25"), (.overloaded, "14", "too much is under way; try again"),
      (.unavailable("disk"), "14", "disk"),
    ] as [(Verdict, String, String?)])
  func `a verdict becomes its status`(verdict: Verdict, status: String, message: String?) throws {
    let sink = RecordingSink(answering: verdict)
    let peer = try GRPCPeer(sink)
    try peer.call(1, Array("spans".utf8))
    let answer = try #require(peer.answers[1])
    #expect(answer.headers[":status"] == "200")
    #expect(answer.headers["content-type"] == "application/grpc")
    #expect(answer.status == status)
    #expect(answer.message == message)
    #expect(answer.hasEnded)
    #expect(answer.reset == nil)
    #expect(answer.body == (status == "0" ? framed(Array("5:115".utf8)) : []))
    #expect((answer.headers["grpc-status-details-bin"] != nil) == (status == "14"))
    if verdict == .overloaded { #expect(answer.headers["grpc-status-details-bin"] == retryInfo) }
    #expect(sink.payloads == [Array("spans".utf8)])
    #expect(sink.refusals.isEmpty)
  }

  @Test func `calls of one connection are answered as the sink answers, in any order`() throws {
    let sink = RecordingSink(answering: nil)
    let peer = try GRPCPeer(sink)
    for stream in [1, 3, 5] as [UInt32] { try peer.call(stream, [UInt8(stream)]) }
    #expect(sink.payloads == [[1], [3], [5]])
    #expect(peer.answers.isEmpty)
    for index in [2, 0, 1] {
      sink.held[index](PayloadAnswer(verdict: .accepted, body: [UInt8(index)]))
      // A second answer is nobody's.
      sink.held[index](PayloadAnswer(verdict: .overloaded, body: []))
    }
    peer.loop.run()
    try peer.send([])
    #expect([1, 3, 5].map { peer.answers[$0]?.body } == [framed([0]), framed([1]), framed([2])])
    #expect([1, 3, 5].allSatisfy { peer.answers[$0]?.status == "0" })
  }

  @Test(arguments: [1, 2, 3, 7, 1000, 100_000])
  func `a message may come in parts of any size`(size: Int) throws {
    let sink = RecordingSink()
    let peer = try GRPCPeer(sink)
    let message = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let bytes =
      try peer.open(1).bytes + Frame(type: Frame.data, stream: 1, payload: Array(framed(message)[..<400])).bytes
      + Frame(type: Frame.data, flags: Frame.endStream, stream: 1, payload: Array(framed(message)[400...])).bytes
    for start in stride(from: 0, to: bytes.count, by: size) {
      try peer.send(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(sink.payloads == [message])
    #expect(peer.answers[1]?.status == "0")
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test func `a message without a byte is an empty payload`() throws {
    let sink = RecordingSink()
    let peer = try GRPCPeer(sink)
    try peer.call(1, [])
    #expect(sink.payloads == [[]])
    #expect(peer.answers[1]?.body == framed(Array("0:0".utf8)))
  }

  @Test(arguments: ["gzip", "zstd", "deflate"])
  func `compressed messages are inflated`(encoding: String) throws {
    let sink = RecordingSink()
    let peer = try GRPCPeer(sink)
    let payload = [UInt8](repeating: 7, count: 100_000)
    let coding = try #require(ContentCoding(named: encoding))
    let message = Array(Deflater.ofThisThread.deflate(payload, to: coding).bytes.readableBytesView)
    try peer.send(
      try peer.open(1, [("grpc-encoding", encoding)]),
      Frame(type: Frame.data, flags: Frame.endStream, stream: 1, payload: framed(message, compressed: 1)))
    // A message that says it is not compressed is taken at its word.
    try peer.call(3, [1], ("grpc-encoding", encoding))
    #expect(sink.payloads == [payload, [1]])
    #expect(peer.answers[1]?.status == "0")
    #expect(peer.answers[1]?.headers["grpc-accept-encoding"] == "identity,gzip,zstd,deflate")
  }

  @Test func `a bomb ends at the limit`() throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 100_000
    let peer = try GRPCPeer(sink, limits: limits)
    let bomb = Array(
      Deflater.ofThisThread.deflate([UInt8](repeating: 0, count: 1 << 24), to: .gzip).bytes.readableBytesView)
    try peer.send(
      try peer.open(1, [("grpc-encoding", "gzip")]),
      Frame(type: Frame.data, flags: Frame.endStream, stream: 1, payload: framed(bomb, compressed: 1)))
    #expect(peer.answers[1]?.status == "8")
    #expect(peer.answers[1]?.headers["grpc-status-details-bin"] == nil)
    #expect(sink.refusals == [.bodyTooLarge(limit: 100_000)])
  }

  /// Headers, DATA and its flags, the status, what is counted.
  struct BadCall: Sendable {
    var headers: [(String, String)] = []
    var data: [UInt8]?
    var status: String
    var refusal: Refusal
  }

  @Test(arguments: [
    BadCall(
      headers: [(":path", "/opentelemetry.proto.collector.logs.v1.LogsService/Export")], data: framed([1]),
      status: "12", refusal: .unknownCall(path: "/opentelemetry.proto.collector.logs.v1.LogsService/Export")),
    BadCall(
      headers: [(":path", "/grpc.health.v1.Health/Watch")], data: framed([]), status: "12",
      refusal: .unknownCall(path: "/grpc.health.v1.Health/Watch")),
    BadCall(
      headers: [("grpc-encoding", "snappy")], data: framed([1], compressed: 1), status: "12",
      refusal: .unsupportedMessageEncoding("snappy")),
    BadCall(
      headers: [("grpc-encoding", "gzip")], data: framed([1, 2, 3], compressed: 1), status: "13",
      refusal: .malformedCompression(.gzip)),
    BadCall(
      data: framed([1], compressed: 1), status: "13",
      refusal: .malformedCall("its message is compressed, and there is no grpc-encoding")),
    BadCall(
      data: framed([1], compressed: 2), status: "13",
      refusal: .malformedCall("its message begins with neither 0 nor 1")),
    BadCall(data: [], status: "13", refusal: .malformedCall("it has no message")),
    BadCall(data: nil, status: "13", refusal: .malformedCall("it has no message")),
    BadCall(data: [0, 0, 0], status: "13", refusal: .truncatedBody),
    BadCall(data: framed([1, 2], length: 3), status: "13", refusal: .truncatedBody),
    BadCall(
      data: framed([1]) + framed([2]), status: "13", refusal: .malformedCall("it has more than one message")),
    BadCall(data: framed([1], length: 2000), status: "8", refusal: .bodyTooLarge(limit: 1000)),
  ])
  func `a bad call gets its status, and the connection goes on`(call: BadCall) throws {
    let sink = RecordingSink()
    var limits = ReceiverLimits()
    limits.bodyByteCountMax = 1000
    let peer = try GRPCPeer(sink, limits: limits)
    try peer.send(try peer.open(1, call.headers, ends: call.data == nil))
    if let data = call.data {
      try peer.send(Frame(type: Frame.data, flags: Frame.endStream, stream: 1, payload: data))
    }
    #expect(peer.answers[1]?.headers[":status"] == "200")
    #expect(peer.answers[1]?.status == call.status)
    #expect(peer.answers[1]?.message == call.refusal.description)
    #expect(peer.answers[1]?.hasEnded == true)
    #expect(sink.refusals == [call.refusal])
    try peer.call(3)
    #expect(peer.answers[3]?.status == "0")
    #expect(peer.goodbye == nil)
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test(arguments: [
    ("content-type", "application/x-protobuf", "415", Refusal.notGRPC("application/x-protobuf")),
    ("content-type", "application/grpc+json", "415", .notGRPC("application/grpc+json")),
    ("content-type", "application/grpc-web", "415", .notGRPC("application/grpc-web")),
    (":method", "GET", "405", .methodNotAllowed("GET")),
  ])
  func `what is no call is answered as HTTP is`(name: String, value: String, status: String, refusal: Refusal) throws {
    let sink = RecordingSink()
    let peer = try GRPCPeer(sink)
    try peer.send(try peer.open(1, [(name, value)], ends: true))
    #expect(peer.answers[1]?.headers == [":status": status])
    #expect(sink.refusals == [refusal])
  }

  @Test(arguments: ["application/grpc+proto", "application/grpc;charset=utf-8", "Application/GRPC"])
  func `the content type is read as HTTP says`(type: String) throws {
    let peer = try GRPCPeer(RecordingSink())
    try peer.call(1, [1], ("content-type", type))
    #expect(peer.answers[1]?.status == "0")
  }

  @Test func `what is refused at its head is told at once, and the rest not wanted`() throws {
    let sink = RecordingSink()
    let peer = try GRPCPeer(sink)
    try peer.send(try peer.open(1, [(":path", "/none")]))
    #expect(peer.answers[1]?.status == "12")
    #expect(peer.answers[1]?.reset == 0)
    // What was on its way already does no harm.
    try peer.send(Frame(type: Frame.data, stream: 1, payload: framed([1, 2, 3])))
    try peer.call(3)
    #expect(peer.answers[3]?.status == "0")
    #expect(sink.refusals == [.unknownCall(path: "/none")])
  }

  @Test func `a length past the limit is refused before anything is kept`() throws {
    let sink = RecordingSink()
    let peer = try GRPCPeer(sink)
    try peer.send(
      try peer.open(1), Frame(type: Frame.data, stream: 1, payload: framed([], length: 64 << 20 + 1)))
    #expect(peer.answers[1]?.status == "8")
    #expect(peer.answers[1]?.reset == 0)
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test func `past the budget a call is to come again later`() throws {
    let sink = RecordingSink(budget: ByteBudget(limit: 1 << 17))
    let peer = try GRPCPeer(sink)
    try peer.send(try peer.open(1), Frame(type: Frame.data, stream: 1, payload: framed([1], length: 1 << 20)))
    #expect(peer.answers[1]?.status == "14")
    #expect(peer.answers[1]?.headers["grpc-status-details-bin"] != nil)
    #expect(sink.refusals == [.receiveMemoryFull(limit: 1 << 16)])
    #expect(sink.budget.usedByteCount == 0)
    try peer.call(3)
    #expect(peer.answers[3]?.status == "0")
  }

  @Test func `a call that its client takes back is counted, once it has begun`() throws {
    let sink = RecordingSink(answering: nil)
    let peer = try GRPCPeer(sink)
    try peer.send(try peer.open(1), Frame(type: Frame.data, stream: 1, payload: framed([1], length: 9)))
    try peer.send(Frame(type: Frame.reset, stream: 1, payload: big(8)))
    #expect(sink.refusals == [.truncatedBody])
    // One that the sink has is stored all the same.
    try peer.call(3)
    try peer.send(Frame(type: Frame.reset, stream: 3, payload: big(8)))
    sink.held[0](PayloadAnswer(verdict: .accepted, body: []))
    try peer.send([])
    #expect(peer.answers.isEmpty)
    #expect(sink.refusals == [.truncatedBody])
    #expect(sink.budget.usedByteCount == 0)
  }

  @Test(
    arguments: [
      ([], "0", framed([8, 1])), ([0x0a, 0], "0", framed([8, 1])), ([0x0a, 1, 0x78], "5", []),
      ([0x0a, 9, 0x78], "3", []), ([0x10, 1], "3", []), ([0x0a], "3", []),
      ([0x0a, 48] + Array("opentelemetry.proto.collector.trace.v1.TraceService".utf8).prefix(48), "5", []),
      ([0x0a, 51] + Array("opentelemetry.proto.collector.trace.v1.TraceService".utf8), "0", framed([8, 1])),
    ] as [([UInt8], String, [UInt8])])
  func `the health service knows the services that are there`(request: [UInt8], status: String, body: [UInt8]) throws {
    let sink = RecordingSink()
    let peer = try GRPCPeer(sink)
    try peer.call(1, request, (":path", GRPCPeer.healthPath))
    #expect(peer.answers[1]?.status == status)
    #expect(peer.answers[1]?.body == body)
    // It is no payload.
    #expect(sink.payloads.isEmpty && sink.refusals.isEmpty)
  }

  @Test func `where tokens are asked for, calls bring one, and health checks need none`() throws {
    let sink = RecordingSink()
    let gatekeeper = try Gatekeeper(
      ListenerSecurity(tokenFile: "tokens"), for: .grpc, read: { _, _ in Array("open".utf8) })
    let peer = try GRPCPeer(sink, gatekeeper: gatekeeper)
    try peer.call(1)
    try peer.call(3, [1], ("authorization", "Bearer shut"))
    try peer.call(5, [1], ("authorization", "Bearer open"))
    try peer.call(7, [], (":path", GRPCPeer.healthPath))
    #expect([1, 3, 5, 7].map { peer.answers[$0]?.status } == ["16", "16", "0", "0"])
    #expect(sink.refusals == [.unauthorized(hasToken: false), .unauthorized(hasToken: true)])
  }
}
