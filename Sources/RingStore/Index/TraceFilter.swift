import TraceModel

/// A split-block Bloom filter over trace fingerprints: one line of 32 bytes a question, no false "no", about one false
/// "yes" in 200.
///
/// In a footer its lines fill whole pages, 127 each, so that a question may read one page instead of the filter.
struct TraceFilter: Equatable, Sendable {
  private var lines: [FilterLine]

  private static let bitsATrace = 12

  /// For memory alone: no more lines than will do.
  init(_ fingerprints: [UInt64]) {
    lines = Array(repeating: FilterLine(), count: Self.lineCount(traceCount: fingerprints.count))
    for fingerprint in fingerprints { insert(Probe(fingerprint)) }
  }

  /// Empty, in whole pages.
  private init(pageCount: Int) {
    precondition(pageCount > 0)
    lines = Array(repeating: FilterLine(), count: pageCount * FilterLine.countAPage)
  }

  static func pageCount(traceCount: Int) -> Int {
    (lineCount(traceCount: traceCount) + FilterLine.countAPage - 1) / FilterLine.countAPage
  }

  private static func lineCount(traceCount: Int) -> Int {
    max(1, (traceCount * bitsATrace + FilterLine.bitCount - 1) / FilterLine.bitCount)
  }

  /// A fingerprint as a filter wants it, worked out once for any number of filters. Looks at no more of it than the keys
  /// of `TraceIndex` have.
  struct Probe: Sendable {
    private let place: UInt64
    fileprivate let member: FilterLine

    init(_ fingerprint: UInt64) {
      place = fingerprint >> 32
      member = FilterLine(memberOf: UInt32(truncatingIfNeeded: fingerprint >> UInt64(TraceIndex.blockBits)))
    }

    @inline(__always)
    fileprivate func line(of count: Int) -> Int { Int(truncatingIfNeeded: (place &* UInt64(count)) >> 32) }
  }

  mutating func insert(_ probe: Probe) {
    lines[probe.line(of: lines.count)].insert(probe.member)
  }

  /// False only if the fingerprint was never inserted.
  func mayContain(_ probe: Probe) -> Bool {
    lines[probe.line(of: lines.count)].mayContain(probe.member)
  }
}

// In a footer.
extension TraceFilter {
  /// Of the traces in an index.
  init(ofSorted keys: [UInt64]) {
    var fingerprints: [UInt64] = []
    for key in keys where TraceIndex.fingerprint(key) != fingerprints.last {
      fingerprints.append(TraceIndex.fingerprint(key))
    }
    self.init(pageCount: Self.pageCount(traceCount: fingerprints.count))
    for fingerprint in fingerprints { insert(Probe(fingerprint)) }
  }

  /// - Precondition: the filter was made for a footer.
  func pages(segment: UInt64, at place: Place) -> [UInt8] {
    FilterLine.pages(lines, segment: segment, at: place)
  }

  /// Reads what `pages` wrote.
  init(fromPages bytes: [UInt8], segment: UInt64, at place: Place) throws(CodingError) {
    guard !bytes.isEmpty else { throw .malformed("trace filter") }
    lines = []
    lines.reserveCapacity(bytes.count / Limits.pageByteCount * FilterLine.countAPage)
    for start in stride(from: 0, to: bytes.count, by: Limits.pageByteCount) {
      var home = place
      home.offset += UInt64(start)
      lines += try FilterLine.lines(ofPage: bytes[start...].prefix(Limits.pageByteCount), segment: segment, at: home)
    }
  }

  /// Which page of `pageCount` knows about a fingerprint.
  static func page(of probe: Probe, pageCount: Int) -> Int {
    probe.line(of: pageCount * FilterLine.countAPage) / FilterLine.countAPage
  }

  /// The answer of the page that `page(of:pageCount:)` names.
  static func page(
    _ page: [UInt8], of pageCount: Int, mayContain probe: Probe, segment: UInt64, at place: Place
  ) throws(CodingError) -> Bool {
    let line = probe.line(of: pageCount * FilterLine.countAPage) % FilterLine.countAPage
    return try FilterLine.lines(ofPage: page[...], segment: segment, at: place)[line].mayContain(probe.member)
  }
}
