import NIOCore

/// Follows an HTTP/2 connection from frame to frame by their headers alone (RFC 9113, 4.1), before anybody spends time
/// or memory on them.
///
/// A connection has some frames to spare. A frame that carries next to nothing takes one: PING, SETTINGS, PRIORITY,
/// WINDOW_UPDATE, HEADERS, RST_STREAM, a short DATA. Requests that are answered give some back, and so does time. So
/// a client that works may ping as it likes, and one that does nothing else runs dry, whatever kind of frame it
/// sends.
struct FrameWalk {
  private static let framesPerAnswer = 16
  private static let framesPerSecond = 10
  /// DATA of so many bytes is worth its frame.
  private static let usefulByteCount = 256

  private let sparesMax: Int
  private let frameByteCountMax: Int
  private var spares: Int
  private var givenAt: NIODeadline
  /// Length, type and flags of the frame under way, as far as they have come.
  private var header: UInt64 = 0
  private var headerByteCount = 0
  private var byteCountLeft: Int
  private var isData = true
  private var isInsideHeaders = false

  /// - Parameter prefaceByteCount: what comes before the first frame.
  init(after prefaceByteCount: Int, limits: ReceiverLimits, now: NIODeadline) {
    byteCountLeft = prefaceByteCount
    sparesMax = limits.framesToSpareMax
    frameByteCountMax = limits.http2HeaderByteCountMax
    spares = sparesMax
    givenAt = now
  }

  /// Whether something has begun that must end soon: anything but a DATA frame, whose stream has a deadline.
  var isInsideFrame: Bool { headerByteCount > 0 || isInsideHeaders || (byteCountLeft > 0 && !isData) }

  mutating func requestAnswered() {
    spares = min(sparesMax, spares + Self.framesPerAnswer)
  }

  /// Walks over what was read. What the refused connection sends further is of no interest.
  mutating func walk(over bytes: ByteBuffer, now: NIODeadline) throws(Refusal) {
    giveForTime(until: now)
    var index = bytes.readerIndex
    while index < bytes.writerIndex {
      let step = min(byteCountLeft, bytes.writerIndex - index)
      byteCountLeft -= step
      index += step
      guard byteCountLeft == 0, index < bytes.writerIndex else { return }
      if headerByteCount == 0, index + 9 <= bytes.writerIndex, let word = bytes.getInteger(at: index, as: UInt64.self) {
        header = word >> 24
        headerByteCount = 9
        index += 9
      }
      while headerByteCount < 9 {
        guard let byte = bytes.getInteger(at: index, as: UInt8.self), index < bytes.writerIndex else { return }
        // What follows the flags is the stream's number.
        if headerByteCount < 5 { header = header << 8 | UInt64(byte) }
        headerByteCount += 1
        index += 1
      }
      try begin(byteCount: Int(header >> 16 & 0xff_ffff), type: header >> 8 & 0xff, flags: header & 0xff)
      headerByteCount = 0
    }
  }

  private mutating func begin(byteCount: Int, type: UInt64, flags: UInt64) throws(Refusal) {
    byteCountLeft = byteCount
    isData = type == 0
    // HEADERS and CONTINUATION, and END_HEADERS.
    if type == 1 || type == 9 { isInsideHeaders = flags & 4 == 0 }
    if isData, byteCount >= Self.usefulByteCount { return }
    // Only DATA may be as long as the settings say, because it alone is passed on in parts.
    guard isData || byteCount <= frameByteCountMax else { throw .headerTooLarge }
    spares -= 1
    if spares < 0 { throw .tooManyFrames }
  }

  private mutating func giveForTime(until now: NIODeadline) {
    let frames = Int((now - givenAt).nanoseconds) / (1_000_000_000 / Self.framesPerSecond)
    guard frames > 0 else { return }
    spares = min(sparesMax, spares + frames)
    givenAt = now
  }
}
