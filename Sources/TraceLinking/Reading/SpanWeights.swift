import TraceModel

/// For how many each span of a batch stands.
package struct SpanWeights {
  private let batch: SpanBatch
  /// By the batch's peers; empty where all spans stand for themselves.
  private var factors: [SamplingFactor]

  /// One for every span where the batch is not annotated.
  package init(_ batch: SpanBatch) {
    self.batch = batch
    factors = batch.isAnnotated ? batch.peers.map { SamplingFactor(annotation: $0) } : []
    if factors.allSatisfy({ $0 == .one }) { factors = [] }
  }

  package func times(_ row: Int) -> UInt64 {
    if factors.isEmpty { return 1 }
    let peer = Int(batch.peerIndices[row])
    return peer == 0 ? 1 : UInt64(factors[peer - 1].times(batch.traceIDs[row]))
  }
}

extension SamplingFactor {
  /// One for bytes that no fold wrote.
  fileprivate init(annotation bytes: [UInt8]) {
    do throws(CodingError) {
      self = try Annotation(bytes: bytes).factor
    } catch {
      self = .one
    }
  }
}
