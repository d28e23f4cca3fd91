import TraceModel

/// Random traces cut into random segments: missing and late parents, late children, duplicates, both ends of a call under
/// one ID, layers of a client, messages, peers by name, namespaces, impossible times.
struct RandomForest {
  /// In the order of writing.
  private(set) var segments: [[FoldableBlock]] = []
  static let received = Timestamp(unixSeconds: 1_700_003_600)

  /// - Parameter isWild: whether duplicates and other spans of one ID may be in different segments.
  init(seed: UInt64, isWild: Bool) {
    var random = SeededRandom(seed: seed)
    let segmentCount = Int.random(in: 1...6, using: &random)
    var spans = [[Span]](repeating: [], count: segmentCount)
    let traceCount = UInt64.random(in: 3...15, using: &random)
    for trace in 1...traceCount {
      let first = Int.random(in: 0..<segmentCount, using: &random)
      let reach = Int.random(in: 0...4, using: &random)
      // Spans of one ID go together, so that a parent is in one segment or in none.
      var placeOfID: [UInt64: Int] = [:]
      // Sampled traces stand for others.
      let factors = ["", "", "ot=th:8", "es=s:1,ot=th:b;rv:ffffffffffffff", "ot=th:c"]
      let traceState = factors.randomElement(using: &random) ?? ""
      for var span in Self.trace(trace, &random) {
        span.traceState = traceState
        if !isWild, span.kind == .consumer || span.kind == .client, Bool.random(using: &random) {
          span.links = Self.links(amongTraces: traceCount, &random)
        }
        let place = min(segmentCount - 1, first + Int.random(in: 0...reach, using: &random))
        let shared = placeOfID[span.spanID.rawValue] ?? place
        placeOfID[span.spanID.rawValue] = shared
        spans[isWild ? place : shared].append(span)
      }
    }
    for (number, spans) in spans.enumerated() {
      segments.append(Self.blocks(of: spans.shuffled(using: &random), segment: UInt64(number) + 10, &random))
    }
  }

  private static func links(amongTraces count: UInt64, _ random: inout SeededRandom) -> [SpanLink] {
    (0..<Int.random(in: 1...3, using: &random)).map { _ in
      SpanLink(
        traceID: TraceID(high: 0, low: .random(in: 1...count, using: &random)),
        spanID: SpanID(rawValue: .random(in: 0...8, using: &random)))
    }
  }

  private static func blocks(of spans: [Span], segment: UInt64, _ random: inout SeededRandom) -> [FoldableBlock] {
    var (blocks, rest): ([FoldableBlock], ArraySlice<Span>) = ([], spans[...])
    repeat {
      let block = rest.prefix(Int.random(in: 1...12, using: &random))
      rest = rest.dropFirst(block.count)
      blocks.append(FoldableBlock(segment: segment, receivedAt: received, batch: SpanBatch(block)))
    } while !rest.isEmpty
    return blocks
  }

  private static func trace(_ number: UInt64, _ random: inout SeededRandom) -> [Span] {
    let services = ["web", "cart", "shop/cart", "shop/mail", "mail", "stock"]
    let kinds: [SpanKind] = [.internal, .server, .client, .producer, .consumer, .unspecified]
    let count = UInt64.random(in: 1...12, using: &random)
    var spans: [Span] = []
    for position in 1...count {
      // Sometimes the ID of another span: of its other end, or by mistake.
      let id = UInt64.random(in: 0..<8, using: &random) == 0 ? UInt64.random(in: 1...count, using: &random) : position
      let parent = Bool.random(using: &random) ? UInt64.random(in: 0...count + 1, using: &random) : position / 2
      var span = span(
        services.randomElement(using: &random) ?? "", kinds.randomElement(using: &random) ?? .internal, id,
        parent: parent, trace: number, status: .random(in: 0..<5, using: &random) == 0 ? .error : .unset,
        start: .random(in: 0..<1_200_000, using: &random), lasts: .random(in: 0..<5000, using: &random),
        name: ["work", "play", "rest"].randomElement(using: &random) ?? "")
      span.attributes = attributes(&random)
      // Layers of one client, one within the other.
      if UInt64.random(in: 0..<4, using: &random) == 0, let outer = spans.randomElement(using: &random) {
        (span.kind, span.resource, span.parentSpanID) = (outer.kind, outer.resource, outer.spanID)
        if Bool.random(using: &random) { span.attributes = outer.attributes }
      }
      switch UInt64.random(in: 0..<25, using: &random) {
      case 0: span.start = Timestamp(unixNanoseconds: 0)
      case 1: span.end = received + .seconds(700)
      case 2: span.start = span.end + .seconds(1)
      default: break
      }
      spans.append(span)
      if UInt64.random(in: 0..<10, using: &random) == 0 { spans.append(span) }
    }
    return spans
  }

  private static func attributes(_ random: inout SeededRandom) -> [Attribute] {
    let choices: [[Attribute]] = [
      [], [], ["peer.service=cart"], ["peer.service=mail"], ["peer.service=fax"], ["server.address=api.example"],
      ["db.system.name=postgresql", "server.address=db"], ["db.system.name=postgresql", "db.namespace=shop"],
      ["server.address=db", "server.port:5432"],
      ["messaging.system=kafka", "messaging.destination.name=orders"],
      ["messaging.system=kafka", "messaging.destination.name=orders.eu"],
      ["messaging.system=sqs", "messaging.destination.name=q", "messaging.operation.type=receive"],
      ["messaging.system=sqs", "messaging.destination.name=q", "messaging.operation.type=settle"],
      ["http.response.status_code:404"], ["http.response.status_code:503"], ["http.response.status_code:429"],
    ]
    return choices.randomElement(using: &random) ?? []
  }
}
