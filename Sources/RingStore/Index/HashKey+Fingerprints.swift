import TraceModel

extension HashKey {
  /// Sorted, each once.
  func fingerprints(of traceIDs: [TraceID]) -> [UInt64] {
    var fingerprints: [UInt64] = []
    fingerprints.reserveCapacity(traceIDs.count)
    for traceID in traceIDs { fingerprints.append(fingerprint(of: traceID)) }
    fingerprints = UniformSort.sorted(fingerprints)
    for position in fingerprints.indices.dropFirst() where fingerprints[position] == fingerprints[position - 1] {
      return fingerprints.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
    return fingerprints
  }
}
