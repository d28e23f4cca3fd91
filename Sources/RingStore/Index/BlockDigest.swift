import TraceModel

/// What indexes are made of, of one block.
struct BlockDigest: Equatable, Sendable {
  /// Of the traces inside, sorted, each once.
  let fingerprints: [UInt64]
  let zone: ZoneMap
  /// Of names, attributes and resources, each at least once; nil where they have not been read.
  let tokens: [UInt32]?

  /// Without tokens.
  /// - Parameter traceIDs: of the batch, each once.
  init(of batch: SpanBatch, traceIDs: [TraceID], key: HashKey) {
    self.init(fingerprints: key.fingerprints(of: traceIDs), zone: ZoneMap(of: batch), tokens: nil)
  }

  init(fingerprints: [UInt64], zone: ZoneMap, tokens: [UInt32]?) {
    self.fingerprints = fingerprints
    self.zone = zone
    self.tokens = tokens
  }
}
