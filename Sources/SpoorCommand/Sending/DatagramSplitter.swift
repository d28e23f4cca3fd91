import OTLPCodec
import TraceModel

/// Cuts spans into requests that each fit a datagram.
struct DatagramSplitter: Sendable {
  /// What a datagram is filled to, in bytes; only a span that alone takes more goes past it.
  var byteCountAimed = SendingLimits.datagramByteCountAimed
  /// What no datagram may exceed, in bytes.
  var byteCountMax = SendingLimits.datagramByteCountMax

  /// Leaves whole what UDP can carry at all, in as many pieces as the network likes.
  static let sparing = DatagramSplitter(byteCountAimed: SendingLimits.datagramByteCountMax)

  /// The request as it is where it fits, else in parts, in the order of its spans.
  func split(_ request: [UInt8]) throws(SendingError) -> [[UInt8]] {
    if request.count <= byteCountAimed { return [request] }
    let spans: [Span]
    do {
      var decoder = RequestDecoder()
      let decoded = try decoder.decode(request)
      // The collector would refuse these spans; cut out, nobody would hear of them.
      guard decoded.rejectedSpans == 0 else {
        throw SendingError.unreadableRequest(reason: "\(decoded.rejectedSpans) spans: \(decoded.rejectionMessage)")
      }
      spans = try decoded.batch.spans()
    } catch let error as SendingError {
      throw error
    } catch {
      throw .unreadableRequest(reason: "\(error)")
    }
    return try split(spans[...])
  }

  /// Halves what is too large until it fits: as many packings as there are halvings, and no knowledge of the format.
  func split(_ spans: ArraySlice<Span>) throws(SendingError) -> [[UInt8]] {
    guard let first = spans.first else { return [] }
    let request = RequestEncoder.encode(Array(spans))
    if request.count <= byteCountAimed { return [request] }
    if spans.count == 1 {
      guard request.count <= byteCountMax else {
        throw .spanTooLarge(spanID: first.spanID.description, byteCount: request.count, limit: byteCountMax)
      }
      return [request]
    }
    let middle = spans.startIndex + spans.count / 2
    return try split(spans[..<middle]) + split(spans[middle...])
  }
}
