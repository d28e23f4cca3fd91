import OTLPCodec
import TraceModel

/// The bodies of the fuzz targets that `tools/soak fuzz` builds, and of the tests that go through the corpus. They trap
/// when something does not hold that must hold for all bytes.
enum FuzzedRequest {
  /// The scanner says of a request what protobuf-c says of it: when it comes upon it, and when it knows all of it.
  static func scanner(_ request: [UInt8]) {
    var scanner = RequestDecoder()
    var judge = ReferenceDecoder()
    let judged = CodecVerdict { () throws(DecodeError) in try judge.decode(request) }
    for _ in 0..<2 {
      do throws(DecodeError) {
        let decoded = try scanner.decode(request)
        check(decoded)
        precondition(judged == .taken(CodecVerdict.Taken(decoded)))
      } catch {
        precondition(judged == .refused(error))
      }
    }
  }

  /// What is read from JSON is sound, and comes back from JSON and from protobuf as it is.
  static func json(_ text: [UInt8]) {
    let decoded: DecodedRequest
    do throws(DecodeError) {
      decoded = try OTLPJSON.decode(text)
    } catch {
      return
    }
    check(decoded)
    do {
      let spans = try decoded.batch.spans()
      let again = try OTLPJSON.decode(OTLPJSON.encode(spans)).batch.spans()
      var decoder = RequestDecoder()
      let packed = try decoder.decode(RequestEncoder.encode(spans)).batch.spans()
      precondition(again == spans && packed == spans)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Whatever is taken for Zipkin's spans is sound.
  static func zipkinJSON(_ text: [UInt8]) {
    do throws(DecodeError) { check(try ZipkinSpans.decodeJSON(text)) } catch { return }
  }

  static func zipkinProtobuf(_ list: [UInt8]) {
    do throws(DecodeError) { check(try ZipkinSpans.decodeProtobuf(list)) } catch { return }
  }

  private static func check(_ decoded: DecodedRequest) {
    precondition(decoded.batch.count + decoded.rejectedSpans == decoded.receivedSpans)
    do {
      try decoded.batch.validate()
      let spans = try decoded.batch.spans()
      precondition(spans.count == decoded.batch.count)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
