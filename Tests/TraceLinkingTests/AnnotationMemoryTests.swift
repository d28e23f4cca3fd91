import Testing
import TraceModel

@testable import TraceLinking

/// Spans of all shapes, one batch after another, each against what it says when nothing is remembered.
@Suite struct AnnotationMemoryTests {
  private static let keys =
    Outcome.attributeKeys + Peer.attributeKeys + Peer.urlKeys + Peer.urlKeys + ["user.id", "http.route"]

  @Test(arguments: UInt64(1)...40)
  func `what is remembered is what would be made out anew`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let fold = ServiceMapFold()
    let keyCount = Int.random(in: 1...8, using: &random)
    for _ in 0..<20 {
      let spans = (1...UInt64.random(in: 1...40, using: &random)).map { Self.anySpan($0, keyCount, &random) }
      var batch = SpanBatch(spans)
      try fold.annotate(&batch)
      try batch.validate()
      #expect(Set(batch.peers).count == batch.peers.count)
      for (row, span) in spans.enumerated() {
        let number = Int(batch.peerIndices[row])
        let peer = number == 0 ? nil : try Annotation(bytes: batch.peers[number - 1]).peer
        #expect(peer == Self.peer(of: span), "seed \(seed): \(span.attributes)")
        #expect(batch.outcomes[row] == Self.outcome(of: span), "seed \(seed): \(span.attributes)")
      }
    }
  }

  @Test func `a memory that is full begins anew`() throws {
    let fold = ServiceMapFold()
    for part in 0..<40 {
      let spans = (1...UInt64(2000)).map { number in
        span(
          "web", .client, number,
          Attribute("server.address", .string("\(part).\(number)." + String(repeating: "x", count: 60))))
      }
      var batch = SpanBatch(spans)
      try fold.annotate(&batch)
      #expect(batch.peers.count == 2000 && Set(batch.peers).count == 2000)
    }
  }

  @Test(
    arguments: [
      ("http://a.example:80/x", "a.example"), ("https://u:p@h:8443?q=@", "h:8443"), ("https://h:443#f", "h"),
      ("http://h:443:80", "h"), ("http://a@b@c/d@e", "c"), ("http://", nil), ("http:///path", nil), ("mailto:x", nil),
      ("h", nil), ("://x", "x"), ("a:b://c", nil), ("http://:80", nil), ("http:/", nil),
    ] as [(String, String?)])
  func `the host of a URL is what stands between the slashes`(url: String, host: String?) {
    let bytes = Array(("%%" + url + "%").utf8)
    let range = URLHost.range(in: bytes.span, 2..<bytes.count - 1)
    #expect(range.map { String(decoding: bytes[$0], as: UTF8.self) } == host)
  }

  private static func anySpan(_ id: UInt64, _ keyCount: Int, _ random: inout SeededRandom) -> Span {
    let kinds: [SpanKind] = [.internal, .server, .client, .producer, .consumer, SpanKind(rawValue: 11)]
    var span = span(
      "web", kinds.randomElement(using: &random) ?? .client, id,
      status: Bool.random(using: &random) ? .error : .unset)
    for _ in 0..<Int.random(in: 0...keyCount, using: &random) {
      span.attributes.append(Attribute(keys.randomElement(using: &random) ?? "", value(&random)))
    }
    return span
  }

  private static func value(_ random: inout SeededRandom) -> AttributeValue {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: .string("")
    case 1: .int([8, 200, 404, 429, 503, -1, .max].randomElement(using: &random) ?? 0)
    case 2: .bool(.random(using: &random))
    case 3:
      [.double(1), .bytes([1, 2]), .array([.int(1)]), .keyValueList([]), .empty].randomElement(using: &random) ?? .empty
    case 4: .string(String(repeating: "long ", count: Int.random(in: 10...300, using: &random)))
    case 5: .string("http://h\(Int.random(in: 0..<3, using: &random)):80/\(Int.random(in: 0..<99, using: &random))")
    case 6: .string(["settle", "receive", "UNAVAILABLE", "503", "a.B/c"].randomElement(using: &random) ?? "")
    default: .string(["eight888", "a", "seven77", "nine99999", "kafka"].randomElement(using: &random) ?? "")
    }
  }

  private static func outcome(of span: Span) -> Outcome {
    let isEnd = span.kind.isOutgoing || span.kind.isIncoming
    return isEnd || span.status.code == .error ? Outcome(status: span.status.code, attributes: span.attributes) : .ok
  }

  /// From whole attributes and strings.
  private static func peer(of span: Span) -> Peer? {
    guard span.kind.isOutgoing || span.kind == .consumer else { return nil }
    if let peer = Peer(kind: span.kind, attributes: span.attributes) { return peer }
    return URLHost.host(in: span.attributes).map {
      Peer(identity: .external(String(decoding: $0, as: UTF8.self)), direction: .outgoing)
    }
  }
}
