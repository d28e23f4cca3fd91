import OTLPCodec
import TraceModel

/// The requests that a file holds, ready to be sent.
struct SpanInput: Equatable, Sendable {
  struct Request: Equatable, Sendable {
    var bytes: [UInt8]
    /// Nil where the bytes are sent as they are, without being looked into.
    var spanCount: Int?
  }

  var requests: [Request] = []
  /// Spans of JSON input that could not be packed, and why. They are not in the requests.
  var rejectedSpans = 0
  var rejectionMessage = ""

  init() {}

  init(_ bytes: [UInt8], as form: InputForm) throws(InputError) {
    switch form {
    case .protobuf: requests = [Request(bytes: bytes)]
    case .frames:
      requests = try FrameSlicer.requests(in: bytes).map { Request(bytes: Array(bytes[$0])) }
    case .json:
      for document in try JSONSlicer.documents(in: bytes) { try add(Array(bytes[document]), at: document.lowerBound) }
    }
  }

  /// One document is one request, unless it holds more spans than a request should.
  private mutating func add(_ document: [UInt8], at offset: Int) throws(InputError) {
    let spans: [Span]
    do {
      let decoded = try OTLPJSON.decode(document)
      spans = try decoded.batch.spans()
      if decoded.rejectedSpans > 0 {
        rejectedSpans += decoded.rejectedSpans
        rejectionMessage = decoded.rejectionMessage
      }
    } catch {
      throw .malformedJSON(documentAt: offset, reason: "\(error)")
    }
    for start in stride(from: 0, to: spans.count, by: SendingLimits.spansPerRequestMax) {
      let part = spans[start..<min(start + SendingLimits.spansPerRequestMax, spans.count)]
      requests.append(Request(bytes: RequestEncoder.encode(Array(part)), spanCount: part.count))
    }
  }
}
