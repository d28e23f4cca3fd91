import NIOCore
import NIOPosix
import Synchronization

/// Compresses what this program itself sends, with the levels that senders usually take.
package final class Deflater: Sendable {
  private static let ofThreads = ThreadSpecificVariable<Deflater>()

  fileprivate struct Encoders {
    /// The level of gzip's own program and of most SDKs.
    var deflate = DeflateEncoder(level: 6)
    /// The level of zstd's own program.
    var zstd = ZstdEncoder(level: 3)
  }

  /// Never waited for, because every thread takes its own.
  private let encoders = Mutex(Encoders())

  private init() {}

  /// The one of the calling thread.
  package static var ofThisThread: Deflater {
    if let deflater = ofThreads.currentValue { return deflater }
    let deflater = Deflater()
    ofThreads.currentValue = deflater
    return deflater
  }

  /// Compresses one payload.
  ///
  /// - Returns: the bytes, and their coding in fact: `identity` with the bytes as they were for an empty payload, which
  ///   nothing makes shorter, and where the library has no memory.
  package func deflate(_ payload: [UInt8], to coding: ContentCoding) -> (bytes: ByteBuffer, coding: ContentCoding) {
    let input = ByteBuffer(bytes: payload)
    let output = payload.isEmpty ? nil : encoders.withLock { $0.deflate(input, to: coding) }
    return output.map { ($0, coding) } ?? (input, .identity)
  }
}

extension Deflater.Encoders {
  fileprivate func deflate(_ input: ByteBuffer, to coding: ContentCoding) -> ByteBuffer? {
    var output = ByteBuffer()
    var isDone = false
    switch coding {
    case .identity: break
    case .gzip, .deflate:
      guard let deflate else { return nil }
      output.writeWithOutputRawSpan(minimumWritableBytes: deflate.byteCountMax(of: input.readableBytes)) { span in
        isDone = deflate.deflate(input.readableBytesSpan, coding == .gzip ? .gzip : .zlib, into: &span)
      }
    case .zstd:
      guard let zstd else { return nil }
      output.writeWithOutputRawSpan(minimumWritableBytes: zstd.byteCountMax(of: input.readableBytes)) { span in
        isDone = zstd.deflate(input.readableBytesSpan, into: &span)
      }
    }
    return isDone ? output : nil
  }
}
