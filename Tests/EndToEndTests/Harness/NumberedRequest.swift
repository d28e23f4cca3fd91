/// A request of ten spans in one trace, of which a number decides every byte: who knows the number knows what was sent.
struct NumberedRequest: Sendable {
  static let spanCount = 10

  let number: Int
  let spans: [MadeUpSpan]

  /// - Parameters:
  ///   - service: whose spans they are.
  ///   - textByteCount: how long the attribute of each span is; nil for what the number says, mostly some hundred bytes
  ///     and now and then eight thousand.
  init(_ number: Int, service: String, textByteCount: Int? = nil) {
    self.number = number
    let seed = Self.mixed(UInt64(number))
    let byteCount = textByteCount ?? (seed % 4 == 0 ? 8_000 : 100 + Int(seed % 300))
    spans = (0..<Self.spanCount).map { index in
      MadeUpSpan(
        service: service, traceID: MadeUpSpan.traceID(number),
        spanID: MadeUpSpan.spanID(number * Self.spanCount + index + 1),
        parentSpanID: index == 0 ? "" : MadeUpSpan.spanID(number * Self.spanCount + 1), name: "request \(number)",
        attributes: ["text": Self.text(seed &+ UInt64(index), byteCount: byteCount)])
    }
  }

  var traceID: String { MadeUpSpan.traceID(number) }

  var body: [UInt8] { MadeUpSpan.request(spans) }

  /// How many of the spans an answer to the question for the trace holds.
  /// - Throws: `NeverSent` if it holds anything else.
  func count(in answer: [UInt8]) throws -> Int {
    let sent = Dictionary(uniqueKeysWithValues: spans.map { ($0.spanID, $0) })
    var found: Set<String> = []
    for span in ExportRequest.spans(answer) {
      guard let same = sent[span.spanID], span.traceID == traceID, span.name == same.name,
        span.texts == same.attributes.map(\.value), found.insert(span.spanID).inserted
      else { throw NeverSent(number: number, span: span) }
    }
    return found.count
  }

  struct NeverSent: Error {
    var number: Int
    var span: ExportRequest.SentSpan
  }

  /// A piece of the noise, another one for every span: nothing in a request repeats, so there is nothing to save.
  private static func text(_ seed: UInt64, byteCount: Int) -> String {
    let start = Int(mixed(seed) % UInt64(noise.count - byteCount))
    return String(decoding: noise[start..<start + byteCount], as: UTF8.self)
  }

  private static let noise: [UInt8] = {
    var (state, bytes) = (UInt64(42), [UInt8]())
    while bytes.count < 1 << 18 {
      state = mixed(state)
      bytes += String(state, radix: 36).utf8
    }
    return bytes
  }()

  /// SplitMix64's step.
  static func mixed(_ state: UInt64) -> UInt64 {
    var mixed = state &+ 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension ExportRequest {
  /// What a span says that the requests above can be told by.
  struct SentSpan: Sendable {
    var traceID = ""
    var spanID = ""
    var name = ""
    /// The values of the attributes that are strings.
    var texts: [String] = []
  }

  static func spans(_ bytes: [UInt8]) -> [SentSpan] {
    children(1, of: bytes).flatMap { children(2, of: $0) }.flatMap { children(2, of: $0) }.map { message in
      var span = SentSpan()
      for field in Protobuf.fields(of: message) ?? [] {
        switch field.id {
        case 1: span.traceID = hex(field.content)
        case 2: span.spanID = hex(field.content)
        case 5: span.name = String(decoding: field.content, as: UTF8.self)
        case 9: span.texts += children(2, of: field.content).flatMap { children(1, of: $0) }.map(text)
        default: break
        }
      }
      return span
    }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
