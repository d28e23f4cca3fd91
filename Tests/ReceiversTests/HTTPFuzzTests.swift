import Testing

@testable import Receivers

/// SPOOR_ROUNDS=1000 makes it long.
@Suite struct HTTPFuzzTests {
  @Test func `whatever comes is answered or closed`() {
    for seed in FuzzRandom.seeds(1000) {
      var random = FuzzRandom(seed: seed)
      var bytes = (0...random.below(4)).flatMap { _ in Self.request(&random) }
      if random.below(4) > 0 { random.mutate(&bytes) }
      let input = FuzzedBytes.input(bytes, &random)
      do { try FuzzedBytes.http(input) } catch { Issue.record("SPOOR_SEED=\(seed): \(error)") }
    }
  }

  /// A good request, most of the time.
  private static func request(_ random: inout FuzzRandom) -> [UInt8] {
    if random.below(8) == 0 {
      return Array(
        ("OPTIONS /v1/traces HTTP/1.1\r\nOrigin: \(random.one(of: ["http://a", "http://b"]))\r\n"
          + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n\r\n").utf8)
    }
    let coding = random.one(of: [ContentCoding.identity, .identity, .gzip, .zstd, .deflate])
    let text = [UInt8](repeating: UInt8(ascii: "s"), count: random.one(of: [0, 1, 5, 300, 3999, 4000, 4001, 9000]))
    let (packed, actual) = Deflater.ofThisThread.deflate(text, to: coding)
    let body = Array(packed.readableBytesView)
    var lines = [
      random.one(of: [
        "POST /v1/traces HTTP/1.1", "POST /v1/traces HTTP/1.1", "POST /v1/traces HTTP/1.1", "POST /v1/traces HTTP/1.0",
        "GET / HTTP/1.1", "POST http://spoor/v1/traces?a HTTP/1.1", "PUT /v1/traces HTTP/1.1", "CONNECT a:1 HTTP/1.1",
        "POST /v1/logs HTTP/1.1",
      ]),
      "Content-Type: "
        + random.one(of: ["application/x-protobuf", "application/json; charset=utf-8", "application/grpc", ""]),
    ]
    if actual != .identity { lines.append("Content-Encoding: \(actual.rawValue)") }
    for line in [
      "Host: spoor", "Connection: close", "Connection: keep-alive", "Expect: 100-continue", "Upgrade: h2c",
      "Origin: http://a", "Content-Encoding: gzip", "Content-Length: 5", "Transfer-Encoding: gzip, chunked",
      "Accept: application/json", "X: " + String(repeating: "x", count: 9000),
    ] where random.below(12) == 0 {
      lines.append(line)
    }
    let isChunked = random.below(3) == 0
    lines.append(isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(body.count)")
    var bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    if !isChunked { return bytes + body }
    var rest = body[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(1 + random.below(500))
      rest = rest.dropFirst(chunk.count)
      bytes += Array("\(String(chunk.count, radix: 16))\(random.one(of: ["", ";a=b"]))\r\n".utf8) + chunk + [13, 10]
    }
    return bytes + Array("0\r\n\(random.one(of: ["", "Trailer: x\r\n"]))\r\n".utf8)
  }
}
