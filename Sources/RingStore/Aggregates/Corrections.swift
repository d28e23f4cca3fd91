import TraceModel

/// The corrections of a segment: a count, then for each earlier segment its number and the length of what is to be added,
/// then these bytes one behind the other.
struct Corrections: Equatable, Sendable {
  /// By the number of the earlier segment.
  let bytes: [UInt64: [UInt8]]

  init(_ bytes: [UInt64: [UInt8]]) {
    self.bytes = bytes
  }

  func encoded() -> [UInt8] {
    let sorted = bytes.sorted { $0.key < $1.key }
    var writer = ByteWriter()
    writer.varint(sorted.count)
    for (segment, bytes) in sorted {
      writer.varint(segment)
      writer.varint(bytes.count)
    }
    for (_, bytes) in sorted { writer.raw(bytes) }
    return writer.bytes
  }

  /// Nothing if these are not corrections.
  init?(from bytes: [UInt8]) {
    do throws(CodingError) { self = try Corrections(reading: bytes) } catch { return nil }
  }

  private init(reading bytes: [UInt8]) throws(CodingError) {
    var reader = ByteReader(bytes)
    var lengths: [(segment: UInt64, count: UInt64)] = []
    for _ in 0..<(try reader.elementCount()) {
      lengths.append((try reader.varint(), try reader.varint()))
    }
    var corrections: [UInt64: [UInt8]] = [:]
    for (segment, count) in lengths {
      guard count <= UInt64(reader.remaining) else { throw .truncated }
      guard corrections.updateValue(Array(try reader.raw(Int(count))), forKey: segment) == nil else {
        throw .malformed("corrections: a segment twice")
      }
    }
    guard reader.isAtEnd else { throw .malformed("corrections: too long") }
    self.bytes = corrections
  }
}
