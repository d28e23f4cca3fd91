import Testing

@testable import Receivers

/// SPOOR_ROUNDS=1000 makes it long.
@Suite struct GRPCFuzzTests {
  private typealias Frame = GRPCPeer.Frame

  @Test func `whatever comes over HTTP/2 ends, and leaves nothing charged`() {
    for seed in FuzzRandom.seeds(1000) {
      var random = FuzzRandom(seed: seed)
      do {
        var bytes = try Self.calls(&random)
        if random.below(4) > 0 { random.mutate(&bytes) }
        try FuzzedBytes.grpc(FuzzedBytes.input(bytes, &random))
      } catch {
        Issue.record("SPOOR_SEED=\(seed): \(error)")
      }
    }
  }

  /// Calls one behind another or at once, with other frames between theirs.
  private static func calls(_ random: inout FuzzRandom) throws -> [UInt8] {
    // Only packs headers.
    let peer = try GRPCPeer(RecordingSink())
    var stream: UInt32 = 1
    var (bytes, later) = ([UInt8](), [UInt8]())
    for _ in 0..<random.below(8) {
      let coding = random.one(of: [ContentCoding.identity, .identity, .gzip, .zstd])
      let text = [UInt8](repeating: 115, count: random.one(of: [0, 1, 5, 300, 3999, 4000, 4001, 9000]))
      let (packed, actual) = Deflater.ofThisThread.deflate(text, to: coding)
      let message = framed(Array(packed.readableBytesView), compressed: actual == .identity ? 0 : 1)
      var headers = [("grpc-encoding", actual.rawValue)]
      if random.below(6) == 0 {
        headers.append(
          random.one(of: [
            (":path", GRPCPeer.healthPath), (":path", "/a"), (":method", "GET"), ("content-type", "text/plain"),
            ("grpc-encoding", "snappy"), ("grpc-timeout", "1m"), ("te", ""), ("x", String(repeating: "x", count: 9000)),
          ]))
      }
      bytes += try peer.open(stream, headers).bytes
      let isLate = random.below(3) == 0
      var data: [UInt8] = []
      var rest = message[...]
      while !rest.isEmpty {
        let part = rest.prefix(1 + random.below(2000))
        rest = rest.dropFirst(part.count)
        let flags = rest.isEmpty && random.below(8) > 0 ? Frame.endStream : 0
        data += Frame(type: Frame.data, flags: flags, stream: stream, payload: Array(part)).bytes
      }
      if isLate { later += data } else { bytes += data }
      if random.below(3) == 0 { bytes += other(stream, &random).bytes }
      stream += 2
    }
    return bytes + later
  }

  private static func other(_ stream: UInt32, _ random: inout FuzzRandom) -> Frame {
    random.one(of: [
      Frame(type: Frame.ping, payload: [1, 2, 3, 4, 5, 6, 7, 8]), Frame(type: Frame.settings),
      Frame(type: Frame.settings, payload: [0, 4] + big(1)), Frame(type: Frame.windowUpdate, payload: big(100)),
      Frame(type: Frame.windowUpdate, stream: stream, payload: big(.max >> 1)),
      Frame(type: Frame.reset, stream: stream, payload: big(8)), Frame(type: Frame.goAway, payload: big(0) + big(0)),
      Frame(type: Frame.priority, stream: stream, payload: big(stream) + [1]),
      Frame(type: Frame.headers, flags: Frame.endHeaders | Frame.endStream, stream: stream, payload: [0x82]),
      Frame(type: 77, stream: stream, payload: [1, 2, 3]), Frame(type: Frame.data, stream: stream),
    ])
  }
}
