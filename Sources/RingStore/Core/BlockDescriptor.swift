import TraceModel

/// What memory keeps of a block whose segment is not sealed, and the block directory of one that is.
struct BlockDescriptor: Equatable, Sendable {
  var offset: UInt64
  var byteCount: Int
  var spanCount: Int
  var sequence: UInt64
  var headerChecksum: UInt32
  var receivedAt: Timestamp
  var earliestEnd: Timestamp
  var latestEnd: Timestamp
  /// Of the traces inside, sorted, each once; empty when read from a directory, whose segment has an index instead.
  let fingerprints: [UInt64]
  let zone: ZoneMap
  /// What a search looks for in the block; nil where it is not known, or when read from a directory.
  private(set) var tokens: [UInt32]?
  private let filter: TraceFilter

  init(_ header: BlockHeader, at offset: UInt64, _ digest: BlockDigest) {
    self.offset = offset
    byteCount = header.blockByteCount
    spanCount = Int(header.spanCount)
    sequence = header.sequence
    headerChecksum = header.checksum
    receivedAt = header.receivedAt
    earliestEnd = header.earliestEnd
    latestEnd = header.latestEnd
    fingerprints = digest.fingerprints
    zone = digest.zone
    tokens = digest.tokens
    filter = TraceFilter(fingerprints)
  }

  mutating func dropTokens() { tokens = nil }

  /// Whether a trace is inside.
  /// - Parameter probe: the fingerprint's.
  func contains(_ fingerprint: UInt64, _ probe: TraceFilter.Probe) -> Bool {
    guard filter.mayContain(probe) else { return false }
    var (low, high) = (0, fingerprints.count)
    while low < high {
      let middle = (low + high) / 2
      if fingerprints[middle] < fingerprint { low = middle + 1 } else { high = middle }
    }
    return low < fingerprints.count && fingerprints[low] == fingerprint
  }
}

// The directory entry on disk.
extension BlockDescriptor {
  static let entryByteCount = 128
  static let offsetField = Field("offset", at: 0, 4)
  static let byteCountField = Field("length", at: 4, 4)
  static let spanCountField = Field("n_spans", at: 8, 4)
  static let headerChecksumField = Field("header_crc", at: 12, 4)
  static let sequenceField = Field("seq", at: 16, 8)
  static let receivedField = Field("received_ns", at: 24, 8)
  static let earliestField = Field("min_end_ns", at: 32, 8)
  static let latestField = Field("max_end_ns", at: 40, 8)
  static let fields =
    [
      offsetField, byteCountField, spanCountField, headerChecksumField, sequenceField, receivedField, earliestField,
      latestField,
    ] + ZoneMap.fields

  func encodedEntry() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.entryByteCount)
    bytes.put(UInt32(offset), in: Self.offsetField)
    bytes.put(UInt32(byteCount), in: Self.byteCountField)
    bytes.put(UInt32(spanCount), in: Self.spanCountField)
    bytes.put(headerChecksum, in: Self.headerChecksumField)
    bytes.put(sequence, in: Self.sequenceField)
    bytes.put(receivedAt.unixNanoseconds, in: Self.receivedField)
    bytes.put(earliestEnd.unixNanoseconds, in: Self.earliestField)
    bytes.put(latestEnd.unixNanoseconds, in: Self.latestField)
    zone.encode(into: &bytes)
    return bytes
  }

  /// - Precondition: `entry` is one entry long.
  init(entry: ArraySlice<UInt8>) {
    offset = UInt64(entry.number(Self.offsetField) as UInt32)
    byteCount = Int(entry.number(Self.byteCountField) as UInt32)
    spanCount = Int(entry.number(Self.spanCountField) as UInt32)
    headerChecksum = entry.number(Self.headerChecksumField)
    sequence = entry.number(Self.sequenceField)
    receivedAt = Timestamp(unixNanoseconds: entry.number(Self.receivedField))
    earliestEnd = Timestamp(unixNanoseconds: entry.number(Self.earliestField))
    latestEnd = Timestamp(unixNanoseconds: entry.number(Self.latestField))
    zone = ZoneMap(entry: entry)
    fingerprints = []
    tokens = nil
    filter = TraceFilter([])
  }
}
