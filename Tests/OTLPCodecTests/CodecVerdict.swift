import OTLPCodec
import TraceModel

/// What a decoder says of a request, so that two of them can be compared byte for byte.
enum CodecVerdict: Equatable {
  case refused(DecodeError)
  case taken(Taken)

  struct Taken: Equatable {
    var receivedSpans: Int
    var rejected: [RejectionReason: Int]
    var repairedStrings: Int
    var batch: Batch
  }

  struct Batch: Equatable {
    var byteCount: Int
    var names: [[UInt8]]
    var shapes: [[UInt8]]
    var resources: [Resource]
    var scopes: [InstrumentationScope]
    var details: [UInt8]
    var numbers: [[UInt64]]
  }

  init(_ decode: () throws(DecodeError) -> DecodedRequest) {
    do throws(DecodeError) {
      self = .taken(Taken(try decode()))
    } catch {
      self = .refused(error)
    }
  }
}

extension CodecVerdict {
  static func batch(_ batch: SpanBatch) -> Batch {
    Batch(
      byteCount: batch.byteCount, names: batch.names.map { Array($0.utf8) }, shapes: batch.shapes.map(\.bytes),
      resources: batch.resources, scopes: batch.scopes, details: batch.details,
      numbers: [
        batch.traceIDs.map(\.high), batch.traceIDs.map(\.low), batch.spanIDs.map(\.rawValue),
        batch.parentSpanIDs.map(\.rawValue), batch.starts.map(\.unixNanoseconds), batch.ends.map(\.unixNanoseconds),
        batch.kinds.map { UInt64(UInt32(bitPattern: $0.rawValue)) },
        batch.statusCodes.map { UInt64(UInt32(bitPattern: $0.rawValue)) }, batch.flags.map { UInt64($0) },
        batch.resourceIndices.map { UInt64($0) }, batch.scopeIndices.map { UInt64($0) },
        batch.nameIndices.map { UInt64($0) }, batch.shapeIndices.map { UInt64($0) },
        batch.detailEnds.map { UInt64($0) },
      ])
  }
}

extension CodecVerdict.Taken {
  init(_ decoded: DecodedRequest) {
    receivedSpans = decoded.receivedSpans
    rejected = decoded.rejected
    repairedStrings = decoded.repairedStrings
    batch = CodecVerdict.batch(decoded.batch)
  }
}
