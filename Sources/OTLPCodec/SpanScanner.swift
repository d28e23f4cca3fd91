import TraceModel

/// Reads spans from the wire into rows of a batch, each byte once, without making a `Span` or a String of any of them.
///
/// Takes the spans that senders send. Whatever is out of the ordinary (an ID of a wrong length, text that is not UTF-8, a
/// message given twice, values too deep) it leaves, without a trace, to protobuf-c, which repairs, merges or rejects.
/// What it does take, protobuf-c takes too and reads the same from.
struct SpanScanner: ~Copyable {
  private var names = KnownNames()
  private var shapes = KnownShapes()
  private var values = ValueScanner()
  /// Those of the request's spans so far.
  private var details = ByteStack(capacity: 1 << 12)
  private var rows: [SpanRow] = []
  /// Whether no span so far has a trace state or links.
  private var isPlain = true
  /// The span that is being read, or was last.
  private var row = SpanRow()
  private let blank = SpanRow()

  /// Of the span that is being read: they stand behind its attributes and other things.
  private var events = ByteStack()
  private var links = ByteStack()
  /// The shape of a span that has not the one that it was thought to have.
  private var shapeBytes = ByteStack()

  /// Makes ready for another request, whatever became of the one before.
  mutating func clear() {
    isPlain = true
    rows.removeAll(keepingCapacity: rows.capacity <= RequestLimits.keptRowCountMax)
    details.clear(keeping: RequestLimits.keptByteCountMax)
    events.clear(keeping: RequestLimits.keptByteCountMax)
    links.clear(keeping: RequestLimits.keptByteCountMax)
    shapeBytes.clear(keeping: RequestLimits.keptByteCountMax)
    values.clear()
    names.begin()
    shapes.begin()
    // Together, because names refer to shapes.
    if names.isLarge || shapes.isLarge {
      names.forget()
      shapes.forget()
    }
  }

  var count: Int { rows.count }

  /// How much there is, to come back to.
  struct Mark {
    fileprivate var rowCount: Int
    fileprivate var detailCount: Int
    fileprivate var nameCount: Int
    fileprivate var shapeCount: Int
  }

  var mark: Mark {
    Mark(
      rowCount: rows.count, detailCount: details.count, nameCount: names.usedCount, shapeCount: shapes.usedCount)
  }

  /// Lets go of the spans that have been appended since.
  mutating func truncate(to mark: Mark) {
    rows.removeLast(rows.count - mark.rowCount)
    details.truncate(to: mark.detailCount)
    names.truncate(to: mark.nameCount)
    shapes.truncate(to: mark.shapeCount)
  }

  var rememberedCount: Int { names.count + shapes.count }

  /// The spans that have been appended since `clear`, with the resources and scopes that they refer to.
  func batch(
    _ resources: borrowing KnownHeads<Resource>, _ scopes: borrowing KnownHeads<InstrumentationScope>
  ) -> SpanBatch {
    if rows.isEmpty { return SpanBatch() }
    let tables = SpanTables(
      resources: resources.entries(), resources.marks(), scopes: scopes.entries(), scopes.marks(),
      names: names.entries(), shapes: shapes.entries())
    var batch = SpanBatch(rows, tables, details: details.array(0..<details.count))
    batch.isKnownPlain = isPlain
    return batch
  }

  /// Reads a span, which must then be appended.
  mutating func scan(_ range: Range<Int>, in bytes: RawSpan) throws(Unusual) {
    let begin = details.count
    do throws(Unusual) {
      try readRow(range, in: bytes)
    } catch {
      details.truncate(to: begin)
      throw error
    }
  }

  /// Appends the span that was read last, with the positions of its resource and scope in the tables.
  @inline(__always)
  mutating func append(resource: UInt32, scope: UInt32) {
    row.resource = resource
    row.scope = scope
    rows.append(row)
  }

  /// Takes a span that was read in another way, and must then be appended.
  mutating func take(_ span: Span) {
    var writer = ByteWriter()
    SpanDetails.encode(span, into: &writer)
    if !span.traceState.isEmpty || !span.links.isEmpty { isPlain = false }
    details.raw(writer.bytes)
    (row.traceID, row.spanID, row.parentSpanID) = (span.traceID, span.spanID, span.parentSpanID)
    (row.start, row.end) = (span.start, span.end)
    (row.kind, row.statusCode, row.flags) = (span.kind, span.status.code, span.flags)
    row.detailEnd = UInt32(details.count)
    place(name: names.number(span.name), shape: shapes.number(AttributeShape(of: span.attributes)))
  }

  @inline(__always)
  private mutating func place(name: Int, shape: Int) {
    row.name = names.position(of: name, shape: shape)
    row.shape = shapes.position(of: shape)
  }
}

// MARK: - The fields of a span

extension SpanScanner {
  /// Texts and numbers that are written behind the attributes, if any of them is there.
  private struct Rest {
    var traceState = 0..<0
    var message = 0..<0
    var droppedAttributes: UInt32 = 0
    var droppedEvents: UInt32 = 0
    var droppedLinks: UInt32 = 0
    var eventCount: UInt64 = 0
    var linkCount: UInt64 = 0
    var hasStatus = false
  }

  /// How far the span's attributes are those of the shape that they are likely to have.
  private struct Likely {
    var shape = 0
    var range = 0..<0
    /// Behind what has been seen of it; nothing once it is another shape, which then stands in `shapeBytes`.
    var position: Int?
  }

  private mutating func readRow(_ range: Range<Int>, in bytes: RawSpan) throws(Unusual) {
    row = blank
    var rest = Rest()
    var likely = Likely()
    var name = 0..<0
    var found: KnownNames.Found?
    values.fieldCount = 0
    shapeBytes.truncate(to: 0)
    var cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      values.fieldCount &+= 1
      let tag = cursor.tag(in: bytes)
      switch tag {
      case 0x0a:
        let content = try cursor.content(in: bytes)
        guard content.count == 16 else { throw Unusual() }
        row.traceID.high = bytes.bigEndian64(at: content.lowerBound)
        row.traceID.low = bytes.bigEndian64(at: content.lowerBound + 8)
      case 0x12:
        let content = try cursor.content(in: bytes)
        guard content.count == 8 else { throw Unusual() }
        row.spanID.rawValue = bytes.bigEndian64(at: content.lowerBound)
      case 0x22:
        let content = try cursor.content(in: bytes)
        guard content.count == 8 || content.isEmpty else { throw Unusual() }
        row.parentSpanID.rawValue = content.isEmpty ? 0 : bytes.bigEndian64(at: content.lowerBound)
      case 0x2a: name = try cursor.content(in: bytes)
      case 0x30: row.kind.rawValue = Int32(truncatingIfNeeded: try cursor.varint(in: bytes))
      case 0x39:
        // Events say their times from the start on.
        guard rest.eventCount == 0 else { throw Unusual() }
        row.start.unixNanoseconds = try cursor.fixed64(in: bytes)
      case 0x41: row.end.unixNanoseconds = try cursor.fixed64(in: bytes)
      case 0x4a:
        if found == nil {
          let name = names.find(name, of: bytes)
          (found, likely) = (name, self.likely(name))
        }
        try attribute(cursor.content(in: bytes), of: bytes, &likely)
      case 0x85 where !cursor.isAtEnd && bytes.byte(at: cursor.offset) == 0x01:
        _ = cursor.tag(in: bytes)
        row.flags = try cursor.fixed32(in: bytes)
      default: try self.rest(tag, &cursor, of: bytes, &rest)
      }
    }
    let memory = values.fieldCount * RequestLimits.unpackedFieldByteCount + range.count
    guard row.traceID.high | row.traceID.low != 0, row.spanID.rawValue != 0,
      memory <= RequestLimits.arenaByteCountMin + RequestLimits.arenaGrowth * range.count
    else { throw Unusual() }
    try append(rest, of: bytes)
    row.detailEnd = UInt32(truncatingIfNeeded: details.count)
    // Only now, so that a span that is rejected is not remembered. The name may be another one than that which stands
    // in front of the attributes: the last one counts.
    if found == nil {
      let name = names.find(name, of: bytes)
      (found, likely) = (name, self.likely(name))
    }
    let number = try names.number(name, of: bytes, found)
    place(name: number, shape: try shape(likely))
  }

  @inline(__always)
  private func likely(_ name: KnownNames.Found) -> Likely {
    guard let shape = names.likelyShape(name) else { return Likely() }
    let range = shapes.range(of: shape)
    return Likely(shape: shape, range: range, position: range.lowerBound)
  }

  @inline(__always)
  private mutating func attribute(
    _ range: Range<Int>, of bytes: RawSpan, _ likely: inout Likely
  ) throws(Unusual) {
    let parts = try values.parts(range, in: bytes)
    let type = try values.content(parts.value, of: bytes, to: &details)
    if let position = likely.position {
      if position < likely.range.upperBound,
        let next = shapes.match(type, parts.key, of: bytes, at: position)
      {
        likely.position = next
        return
      }
      shapes.copy(likely.range.lowerBound..<position, to: &shapeBytes)
      likely.position = nil
    }
    shapeBytes.append(type)
    try shapeBytes.text(parts.key, of: bytes)
  }

  @inline(__always)
  private mutating func shape(_ likely: Likely) throws(Unusual) -> Int {
    if let position = likely.position {
      if position == likely.range.upperBound { return likely.shape }
      shapes.copy(likely.range.lowerBound..<position, to: &shapeBytes)
    }
    return try shapes.number(0..<shapeBytes.count, of: shapeBytes)
  }
}

// MARK: - What most spans do not have

extension SpanScanner {
  private mutating func rest(
    _ tag: UInt8, _ cursor: inout ScanCursor, of bytes: RawSpan, _ rest: inout Rest
  ) throws(Unusual) {
    switch tag {
    case 0x1a: rest.traceState = try cursor.content(in: bytes)
    case 0x50: rest.droppedAttributes = UInt32(truncatingIfNeeded: try cursor.varint(in: bytes))
    case 0x5a:
      if rest.eventCount == 0 { events.truncate(to: 0) }
      try event(cursor.content(in: bytes), start: row.start, of: bytes)
      rest.eventCount += 1
    case 0x60: rest.droppedEvents = UInt32(truncatingIfNeeded: try cursor.varint(in: bytes))
    case 0x6a:
      if rest.linkCount == 0 { links.truncate(to: 0) }
      try link(cursor.content(in: bytes), of: bytes)
      rest.linkCount += 1
    case 0x70: rest.droppedLinks = UInt32(truncatingIfNeeded: try cursor.varint(in: bytes))
    case 0x7a:
      // protobuf-c would merge two of them.
      guard !rest.hasStatus else { throw Unusual() }
      rest.hasStatus = true
      try status(cursor.content(in: bytes), of: bytes, &rest)
    default:
      // A field of a later version, if its number is past those of this one.
      let number = try cursor.longTag(tag, in: bytes)
      guard number >> 3 > 16 else { throw Unusual() }
      try cursor.skip(wireType: number & 7, in: bytes)
    }
  }

  private mutating func status(
    _ range: Range<Int>, of bytes: RawSpan, _ rest: inout Rest
  ) throws(Unusual) {
    var cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      values.fieldCount &+= 1
      switch cursor.tag(in: bytes) {
      case 0x12: rest.message = try cursor.content(in: bytes)
      case 0x18:
        row.statusCode.rawValue = Int32(truncatingIfNeeded: try cursor.varint(in: bytes))
      default: throw Unusual()
      }
    }
  }

  private mutating func event(_ range: Range<Int>, start: Timestamp, of bytes: RawSpan) throws(Unusual) {
    var (time, name, attributeCount, dropped): (UInt64, Range<Int>, UInt64, UInt32) = (0, 0..<0, 0, 0)
    var cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      values.fieldCount &+= 1
      switch cursor.tag(in: bytes) {
      case 0x09: time = try cursor.fixed64(in: bytes)
      case 0x12: name = try cursor.content(in: bytes)
      case 0x1a:
        _ = try cursor.content(in: bytes)
        attributeCount += 1
      case 0x20: dropped = UInt32(truncatingIfNeeded: try cursor.varint(in: bytes))
      default: throw Unusual()
      }
    }
    events.zigzag(Int64(bitPattern: time &- start.unixNanoseconds))
    try events.text(name, of: bytes)
    events.varint(attributeCount)
    cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      switch cursor.tag(in: bytes) {
      case 0x09: _ = try cursor.fixed64(in: bytes)
      case 0x1a: try values.attribute(cursor.content(in: bytes), of: bytes, to: &events)
      case 0x20: _ = try cursor.varint(in: bytes)
      default: _ = try cursor.content(in: bytes)
      }
    }
    events.varint(UInt64(dropped))
  }

  private mutating func link(_ range: Range<Int>, of bytes: RawSpan) throws(Unusual) {
    var (traceID, spanID, traceState) = (0..<0, 0..<0, 0..<0)
    var (attributeCount, dropped, flags): (UInt64, UInt32, UInt32) = (0, 0, 0)
    var cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      values.fieldCount &+= 1
      switch cursor.tag(in: bytes) {
      case 0x0a: traceID = try cursor.content(in: bytes)
      case 0x12: spanID = try cursor.content(in: bytes)
      case 0x1a: traceState = try cursor.content(in: bytes)
      case 0x22:
        _ = try cursor.content(in: bytes)
        attributeCount += 1
      case 0x28: dropped = UInt32(truncatingIfNeeded: try cursor.varint(in: bytes))
      case 0x35: flags = try cursor.fixed32(in: bytes)
      default: throw Unusual()
      }
    }
    guard traceID.count == 16, spanID.count == 8 else { throw Unusual() }
    links.fixed64(bytes.bigEndian64(at: traceID.lowerBound))
    links.fixed64(bytes.bigEndian64(at: traceID.lowerBound + 8))
    links.fixed64(bytes.bigEndian64(at: spanID.lowerBound))
    try links.text(traceState, of: bytes)
    links.varint(attributeCount)
    cursor = ScanCursor(range)
    while !cursor.isAtEnd {
      switch cursor.tag(in: bytes) {
      case 0x22: try values.attribute(cursor.content(in: bytes), of: bytes, to: &links)
      case 0x28: _ = try cursor.varint(in: bytes)
      case 0x35: _ = try cursor.fixed32(in: bytes)
      default: _ = try cursor.content(in: bytes)
      }
    }
    links.varint(UInt64(dropped))
    links.varint(UInt64(flags))
  }

  /// What `SpanDetails` has behind the attributes.
  @inline(__always)
  private mutating func append(_ rest: Rest, of bytes: RawSpan) throws(Unusual) {
    let isPlain =
      rest.eventCount | rest.linkCount == 0 && rest.message.isEmpty && rest.traceState.isEmpty
      && rest.droppedAttributes | rest.droppedEvents | rest.droppedLinks == 0
    if !isPlain { try appendRest(rest, of: bytes) }
  }

  @inline(never)
  private mutating func appendRest(_ rest: Rest, of bytes: RawSpan) throws(Unusual) {
    if !rest.traceState.isEmpty || rest.linkCount > 0 { isPlain = false }
    try details.text(rest.traceState, of: bytes)
    try details.text(rest.message, of: bytes)
    details.varint(UInt64(rest.droppedAttributes))
    details.varint(UInt64(rest.droppedEvents))
    details.varint(UInt64(rest.droppedLinks))
    details.varint(rest.eventCount)
    if rest.eventCount > 0 { details.raw(0..<events.count, of: events) }
    details.varint(rest.linkCount)
    if rest.linkCount > 0 { details.raw(0..<links.count, of: links) }
  }
}
