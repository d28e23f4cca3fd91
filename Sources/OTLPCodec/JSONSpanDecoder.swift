import TraceModel

/// Reads TracesData from JSON. Like `RequestDecoder` it reads groups twice, because what is said of all their spans may
/// stand behind them, and each span once it knows how long it is.
struct JSONSpanDecoder {
  private var reader: JSONReader
  private let limits: RequestLimits
  private var batch = SpanBatch()
  private var counts = SpanCounts()
  private var groupCount = 0

  init(_ bytes: [UInt8], limits: RequestLimits) {
    reader = JSONReader(bytes)
    self.limits = limits
  }

  mutating func tracesData() throws(DecodeError) -> DecodedRequest {
    var groups: Int?
    var object = try reader.object()
    while let name = try reader.nextMember(&object) {
      switch name {
      case "resourceSpans": try reader.postpone(&groups)
      default: try reader.skip()
      }
    }
    guard reader.isAtEnd else { throw reader.malformed("the end expected") }
    if let groups {
      reader.offset = groups
      var array = try reader.array()
      while try reader.nextElement(&array) { try resourceSpans() }
    }
    counts.repairedStrings = reader.repairedStrings
    return DecodedRequest(batch, counts)
  }

  private mutating func resourceSpans() throws(DecodeError) {
    try countGroup()
    var (head, scopeSpans): (Int?, Int?)
    var schemaURL = ""
    var object = try reader.object()
    while let name = try reader.nextMember(&object) {
      switch name {
      case "resource": try reader.postpone(&head)
      case "scopeSpans": try reader.postpone(&scopeSpans)
      case "schemaUrl": schemaURL = try reader.text()
      default: try reader.skip()
      }
    }
    let end = reader.offset
    var resource = Resource()
    if let head {
      reader.offset = head
      resource = try reader.resource()
    }
    resource.schemaURL = schemaURL
    if let scopeSpans {
      reader.offset = scopeSpans
      var array = try reader.array()
      while try reader.nextElement(&array) { try self.scopeSpans(of: resource) }
    }
    reader.offset = end
  }

  private mutating func scopeSpans(of resource: Resource) throws(DecodeError) {
    try countGroup()
    var (head, spans): (Int?, Int?)
    var schemaURL = ""
    var object = try reader.object()
    while let name = try reader.nextMember(&object) {
      switch name {
      case "scope": try reader.postpone(&head)
      case "spans": try reader.postpone(&spans)
      case "schemaUrl": schemaURL = try reader.text()
      default: try reader.skip()
      }
    }
    let end = reader.offset
    var scope = InstrumentationScope()
    if let head {
      reader.offset = head
      scope = try reader.scope()
    }
    scope.schemaURL = schemaURL
    if let spans {
      reader.offset = spans
      var array = try reader.array()
      while try reader.nextElement(&array) { try span(of: resource, scope) }
    }
    reader.offset = end
  }

  private mutating func span(of resource: Resource, _ scope: InstrumentationScope) throws(DecodeError) {
    try counts.receive(limits)
    let start = reader.offset
    try reader.skip()
    if reader.offset - start > limits.spanByteCountMax * RequestLimits.jsonGrowth {
      counts.reject(.spanTooLarge)
      return
    }
    reader.offset = start
    switch try reader.span(of: resource, scope) {
    case .span(let span): batch.append(span)
    case .rejected(let reason): counts.reject(reason)
    }
  }

  private mutating func countGroup() throws(DecodeError) {
    guard groupCount < limits.groupCountMax else { throw .tooManyGroups(limit: limits.groupCountMax) }
    groupCount += 1
  }
}

extension JSONReader {
  /// Notes where a value begins and skips it. Its name may not come twice: one of the two would be lost.
  fileprivate mutating func postpone(_ start: inout Int?) throws(DecodeError) {
    guard start == nil else { throw malformed("a second member of the same name") }
    start = offset
    try skip()
  }
}
