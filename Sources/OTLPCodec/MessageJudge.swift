import TraceModel

/// Says of each part of a request what it holds or why it is refused: reads the wire to its end, then has protobuf-c
/// unpack it. What it says, every faster way has to say too.
struct MessageJudge: ~Copyable {
  let limits: RequestLimits
  private var unpacker = Unpacker()
  private var groupCount = 0

  init(_ limits: RequestLimits) {
    self.limits = limits
  }

  /// Strings of the request that were not UTF-8.
  var repairedStrings: Int {
    get { unpacker.repairedStrings }
    set { unpacker.repairedStrings = newValue }
  }

  /// Begins with a request.
  /// - Parameter byteCount: bytes of other requests that are held to the same limit.
  mutating func begin(_ request: RawSpan, behind byteCount: Int = 0) throws(DecodeError) {
    guard request.byteCount <= limits.requestByteCountMax - byteCount else {
      throw .tooLarge(byteCount: request.byteCount, limit: limits.requestByteCountMax)
    }
    groupCount = 0
    unpacker.repairedStrings = 0
  }

  /// To be called for each ResourceSpans and each ScopeSpans before it is read.
  mutating func countGroup() throws(DecodeError) {
    guard groupCount < limits.groupCountMax else { throw .tooManyGroups(limit: limits.groupCountMax) }
    groupCount += 1
  }

  /// What a ResourceSpans or ScopeSpans says of all its spans, which may stand behind them.
  struct Group {
    /// Where the resource or scope stands; empty if there is none.
    var head = 0..<0
    /// Where the schema URL stands; empty if there is none.
    var schemaURL = 0..<0
  }

  func group(_ range: Range<Int>, of shape: MessageShape, in request: RawSpan) throws(DecodeError) -> Group {
    var group = Group()
    var hasHead = false
    var cursor = WireCursor(range)
    while let field = try cursor.next(of: shape, in: request) {
      switch field.number {
      case 1:
        // Protobuf would merge them. No sender means that, and protobuf-c takes quadratic time for it.
        guard !hasHead else { throw .malformed(at: field.content.lowerBound, "a second field 1 of \(shape)") }
        (hasHead, group.head) = (true, field.content)
        try field.validate(in: request)
      case 3: group.schemaURL = field.content
      default: break
      }
    }
    return group
  }

  mutating func resource(_ group: Group, in request: RawSpan) throws(DecodeError) -> Resource {
    var resource = Resource()
    if !group.head.isEmpty { resource = try unpacker.resource(group.head, in: request) }
    resource.schemaURL = unpacker.string(group.schemaURL, in: request)
    return resource
  }

  mutating func scope(_ group: Group, in request: RawSpan) throws(DecodeError) -> InstrumentationScope {
    var scope = InstrumentationScope()
    if !group.head.isEmpty { scope = try unpacker.scope(group.head, in: request) }
    scope.schemaURL = unpacker.string(group.schemaURL, in: request)
    return scope
  }

  mutating func span(
    _ range: Range<Int>, in request: RawSpan, resource: Resource, scope: InstrumentationScope
  ) throws(DecodeError) -> Unpacker.UnpackedSpan {
    if let reason = try reasonToReject(range, in: request) { return .rejected(reason) }
    return try unpacker.span(range, in: request, resource: resource, scope: scope)
  }

  /// Reads a span's wire to its end, and judges what needs no unpacking, so that a span of no bytes costs no memory.
  private func reasonToReject(_ range: Range<Int>, in request: RawSpan) throws(DecodeError) -> RejectionReason? {
    var (traceID, spanID) = (0..<0, 0..<0)
    var cursor = WireCursor(range)
    while let field = try cursor.next(of: .span, in: request) {
      switch field.number {
      case 1: traceID = field.content
      case 2: spanID = field.content
      default: try field.validate(in: request)
      }
    }
    if range.count > limits.spanByteCountMax { return .spanTooLarge }
    if traceID.count != 16 || !traceID.contains(where: { request.byte(at: $0) != 0 }) { return .invalidTraceID }
    if spanID.count != 8 || !spanID.contains(where: { request.byte(at: $0) != 0 }) { return .invalidSpanID }
    return nil
  }
}
