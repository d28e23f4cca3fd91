import NIOCore
import OTLPCodec
import Synchronization

/// The decoder of one thread, kept with it because it owns an arena. The mutex is never waited for.
final class ThreadDecoder: Sendable {
  private let decoder: Mutex<RequestDecoder>

  init(_ limits: RequestLimits) {
    decoder = Mutex(RequestDecoder(limits: limits))
  }

  func decode(_ payload: ByteBuffer) throws(DecodeError) -> DecodedRequest {
    try decoder.withLock { decoder throws(DecodeError) in
      try decoder.decode(payload.readableBytesSpan)
    }
  }

  func decode(_ bytes: [UInt8], at ranges: [Range<Int>]) -> (decoded: DecodedRequest, malformed: Int) {
    decoder.withLock { $0.decode(bytes, at: ranges) }
  }
}
