/// Finds the frames in a file: a 4-byte big-endian length and as many bytes each.
enum FrameSlicer {
  /// The places of the requests, lengths left out.
  /// - Throws: where the last frame is cut off.
  static func requests(in bytes: [UInt8]) throws(InputError) -> [Range<Int>] {
    var requests: [Range<Int>] = []
    var offset = 0
    while offset < bytes.count {
      guard let frame = frame(at: offset, in: bytes) else { throw .cutOffFrame(at: offset) }
      requests.append(frame)
      offset = frame.upperBound
    }
    return requests
  }

  /// Whether the bytes are frames to the end. As a test of what a file is, this looks at 4 bytes a frame.
  static func chainsToEnd(_ bytes: [UInt8]) -> Bool {
    var offset = 0
    while offset < bytes.count {
      guard let frame = frame(at: offset, in: bytes) else { return false }
      offset = frame.upperBound
    }
    return true
  }

  private static func frame(at offset: Int, in bytes: [UInt8]) -> Range<Int>? {
    guard bytes.count - offset >= 4 else { return nil }
    let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - offset - 4 else { return nil }
    return offset + 4..<offset + 4 + length
  }
}
