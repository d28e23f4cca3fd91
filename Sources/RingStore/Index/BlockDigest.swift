import TraceModel

/// What indexes are made of, of one block.
struct BlockDigest: Equatable, Sendable {
  /// Of the traces inside, sorted, each once.
  let fingerprints: [UInt64]
  let zone: ZoneMap
  /// Of names, attributes and resources, each at least once; nil where they have not been read.
  let tokens: [UInt32]?

  /// - Parameters:
  ///   - traceIDs: of the batch, each once.
  ///   - attributeTokens: of the attributes of the batch's spans.
  init(of batch: SpanBatch, traceIDs: [TraceID], attributeTokens: [UInt32]?, key: HashKey) {
    fingerprints = key.fingerprints(of: traceIDs)
    zone = ZoneMap(of: batch)
    tokens = attributeTokens.map { key.digestTokens(attributes: $0, of: batch) }
  }

  init(fingerprints: [UInt64], zone: ZoneMap, tokens: [UInt32]?) {
    self.fingerprints = fingerprints
    self.zone = zone
    self.tokens = tokens
  }
}
