import NIOCore
import NIOPosix
import Synchronization

/// Inflates whole payloads that nobody vouches for: space grows with what has really come out, work is at most twice
/// that of the result, and nothing passes the limit.
package final class Inflater: Sendable {
  private static let ofThreads = ThreadSpecificVariable<Inflater>()

  /// Never waited for when every thread takes its own.
  private let memory = Mutex(InflatingMemory())

  package init() {}

  /// The one that all connections of the calling thread share, because it holds up to 1.2 MB and needs them for moments.
  package static var ofThisThread: Inflater {
    if let inflater = ofThreads.currentValue { return inflater }
    let inflater = Inflater()
    ofThreads.currentValue = inflater
    return inflater
  }

  /// Inflates a payload. One without a byte is an empty payload in every coding.
  ///
  /// - Parameters:
  ///   - limit: the longest result in bytes.
  ///   - budget: charged with the memory for the result, as with a payload that is still arriving.
  /// - Returns: the result, with the charge, which the caller gives back when it is done with the bytes.
  /// - Throws: `malformedCompression` for what is not of this coding, damaged or cut off, or has something else behind
  ///   it; `bodyTooLarge`; `receiveMemoryFull`.
  package func inflate(
    _ payload: ByteBuffer, from coding: ContentCoding, limit: Int, budget: ByteBudget
  ) throws(Refusal) -> ArrivedPayload {
    try memory.withLock { memory throws(Refusal) in
      try memory.inflate(payload, from: coding, limit: limit, budget: budget)
    }
  }
}
