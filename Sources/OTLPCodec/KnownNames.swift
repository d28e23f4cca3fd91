import TraceModel

/// The span names of many requests, so that a String is made of each once, and not a time for each span.
struct KnownNames: ~Copyable {
  private var table = ByteTable()
  private var names: [Name] = []

  private struct Name {
    var text: String
    /// The shape of the last span of this name: the likeliest of the next one.
    var shape: Int?
    /// The request that last had it, and where in its batch.
    var request: UInt64 = 0
    var position: UInt32 = 0
  }

  /// The number of a name, which is read if it is new.
  /// - Throws: if it is not UTF-8.
  @inline(__always)
  mutating func number(_ range: Range<Int>, of bytes: RawSpan) throws(Unusual) -> Int {
    let place = table.find(range, of: bytes)
    if let number = place.number { return number }
    guard let text = String(range, validating: bytes) else { throw Unusual() }
    table.add(range, of: bytes, at: place)
    names.append(Name(text: text))
    return names.count - 1
  }

  mutating func number(_ name: String) -> Int {
    let bytes = Array(name.utf8)
    let place = table.find(0..<bytes.count, of: unsafe bytes.span.bytes)
    if let number = place.number { return number }
    table.add(0..<bytes.count, of: unsafe bytes.span.bytes, at: place)
    names.append(Name(text: name))
    return names.count - 1
  }

  /// The shape that a span of a name is likely to have; nothing for a name that is not known yet.
  @inline(__always)
  func likelyShape(_ range: Range<Int>, of bytes: RawSpan) -> Int? {
    guard let number = table.find(range, of: bytes).number else { return nil }
    return names[number].shape
  }

  mutating func learn(_ shape: Int, of number: Int) {
    if names[number].shape != shape { names[number].shape = shape }
  }

  /// Where a name stands in a request's tables, to which it is added if need be.
  @inline(__always)
  mutating func position(of number: Int, in request: UInt64, _ tables: inout SpanTables) -> UInt32 {
    if names[number].request != request {
      names[number].request = request
      names[number].position = tables.append(names[number].text)
    }
    return names[number].position
  }

  var count: Int { table.count }

  var isLarge: Bool { table.count > RequestLimits.memoCountMax || table.byteCount > RequestLimits.memoByteCountMax }

  mutating func removeAll() {
    table.removeAll()
    names = []
  }
}
