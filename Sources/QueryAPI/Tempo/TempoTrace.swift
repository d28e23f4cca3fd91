import HTTPTypes
import Hummingbird
import OTLPCodec
import TraceModel
import TraceQuery

/// One trace as Tempo tells it, in the form that is asked for: protobuf for `Accept: application/protobuf`, else JSON,
/// where Tempo has protobuf's own mapping, with IDs in base64.
struct TempoTrace: Sendable {
  let found: TraceQueries.FoundSpans
  let missingBlocks: Int

  static func wantsProtobuf(_ request: Request) -> Bool {
    request.headers[values: .accept].contains { $0.lowercased().contains("protobuf") }
  }

  /// `Trace`, which is TracesData on the wire; in JSON its member is still called `batches`.
  func v1(asProtobuf: Bool) -> Response {
    asProtobuf
      ? response(RequestEncoder.encode(found.spans), "application/protobuf")
      : response(OTLPJSON.encodeAsProtobufMaps(found.spans, name: "batches"), "application/json")
  }

  /// `TraceByIDResponse`: the trace, figures of the search for it, and whether it is whole.
  func v2(asProtobuf: Bool) throws -> Response {
    if asProtobuf {
      var fields = ProtobufFields()
      fields.message(1, RequestEncoder.encode(found.spans))
      fields.message(2, [])
      if let reason {
        fields.number(3, 1)
        fields.text(4, reason)
      }
      return response(fields.bytes, "application/protobuf")
    }
    var bytes = Array(#"{"trace":"#.utf8) + OTLPJSON.encodeAsProtobufMaps(found.spans) + Array(#","metrics":{}"#.utf8)
    if let reason { bytes += Array(#","status":"PARTIAL","message":"\#(reason)""#.utf8) }
    return response(bytes + Array("}".utf8), "application/json")
  }

  /// Why not all of the trace is here; nil if it is.
  private var reason: String? {
    if found.next != nil {
      return
        "the trace is longer than the \(found.spans.count) spans of this answer; /api/spoor/v1/traces has it by pages"
    }
    return found.isPartial || missingBlocks > 0 ? "some of the trace was overwritten, or cannot be read" : nil
  }

  private func response(_ bytes: [UInt8], _ contentType: String) -> Response {
    var response = Response(
      status: .ok, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    if reason != nil { response.headers[.spoorPartial] = "true" }
    return response
  }
}
