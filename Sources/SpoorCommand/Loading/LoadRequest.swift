import OTLPCodec
import TraceModel

/// A request that is packed once and sent many times, each time with other IDs and times: what a sender of half a million
/// spans a second can afford.
///
/// IDs are told apart by what they are combined with (exclusive or), so that parents stay parents in all the requests
/// that are sent with the same number.
struct LoadRequest: Sendable {
  let spanCount: Int
  private let bytes: [UInt8]
  private var ids: [IDPlace] = []
  private var times: [TimePlace] = []

  /// 8 bytes of an ID.
  private struct IDPlace: Sendable {
    var offset: Int
    var isOfTrace: Bool
  }

  /// A time, and how long after the wave's beginning it is.
  private struct TimePlace: Sendable {
    var offset: Int
    var nanoseconds: UInt64
  }

  /// - Parameter begin: when the wave of requests begins, of which this is one.
  init(_ spans: [Span], since begin: Timestamp) {
    bytes = RequestEncoder.encode(spans)
    spanCount = spans.count
    var offset = 0
    for span in spans {
      offset = place(of: [0x0a, 16] + span.traceID.high.bigEndianBytes + span.traceID.low.bigEndianBytes, from: offset)
      ids += [IDPlace(offset: offset - 16, isOfTrace: true), IDPlace(offset: offset - 8, isOfTrace: true)]
      offset = place(of: [0x12, 8] + span.spanID.rawValue.bigEndianBytes, from: offset)
      ids.append(IDPlace(offset: offset - 8, isOfTrace: false))
      if !span.parentSpanID.isZero {
        offset = place(of: [0x22, 8] + span.parentSpanID.rawValue.bigEndianBytes, from: offset)
        ids.append(IDPlace(offset: offset - 8, isOfTrace: false))
      }
      offset = addTime(span.start, tag: 0x39, since: begin, from: offset)
      offset = addTime(span.end, tag: 0x41, since: begin, from: offset)
      for event in span.events { offset = addTime(event.time, tag: 0x09, since: begin, from: offset) }
    }
  }

  /// The request of a wave.
  /// - Parameters:
  ///   - wave: what sets its IDs apart from those of all other waves.
  ///   - begin: when the wave begins.
  func bytes(wave: UInt64, beginning begin: Timestamp) -> [UInt8] {
    var random = SeededRandom(seed: wave)
    let (traceMask, spanMask) = (Self.bytes(random.next()), Self.bytes(random.next()))
    var bytes = bytes
    for place in ids {
      let mask = place.isOfTrace ? traceMask : spanMask
      for index in 0..<8 { bytes[place.offset + index] ^= mask[index] }
    }
    for place in times {
      let time = Self.bytes(begin.unixNanoseconds &+ place.nanoseconds)
      for index in 0..<8 { bytes[place.offset + index] = time[index] }
    }
    return bytes
  }

  var byteCount: Int { bytes.count }

  private mutating func addTime(_ time: Timestamp, tag: UInt8, since begin: Timestamp, from offset: Int) -> Int {
    let field = Self.bytes(time.unixNanoseconds)
    let end = place(of: [tag] + (0..<8).map { field[$0] }, from: offset)
    times.append(TimePlace(offset: end - 8, nanoseconds: time.unixNanoseconds &- begin.unixNanoseconds))
    return end
  }

  /// Where the next field with these bytes ends. Fields are packed in the order of their numbers.
  private func place(of field: [UInt8], from offset: Int) -> Int {
    var start = offset
    while start + field.count <= bytes.count {
      if bytes[start] == field[0], bytes[start..<start + field.count].elementsEqual(field) {
        return start + field.count
      }
      start += 1
    }
    preconditionFailure("a packed span has not the fields that it was packed with")
  }

  /// Little-endian.
  private static func bytes(_ number: UInt64) -> InlineArray<8, UInt8> {
    InlineArray { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
  }
}
