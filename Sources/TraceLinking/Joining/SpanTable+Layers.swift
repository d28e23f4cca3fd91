import TraceModel

// Libraries lie on top of each other, and each may be traced: a database's driver under the mapper of objects, an HTTP
// client under a client of RPC. Their CLIENT spans lie inside of each other and tell of one call.

extension SpanTable {
  /// Finds the CLIENT spans whose calls others tell of. All parents must be known.
  /// - Parameter layered: those that may be a layer of a call, or its answer.
  func findLayers(_ rows: inout MutableSpan<SpanRow>, _ layered: [Int32], _ facts: SpanFacts) {
    for position in layered {
      if rows[Int(position)].isPlainClient {
        findLayers(Int(position), &rows, facts)
      } else if rows[Int(rows[Int(position)].parent)].isPlainClient {
        findNamer(Int(position), &rows, facts)
      }
    }
  }

  /// Of a CLIENT span inside of others that may mean the same peer, those further out are not counted; but if one of them
  /// tells more of the callee, this one only carries what that one said.
  private func findLayers(_ position: Int, _ rows: inout MutableSpan<SpanRow>, _ facts: SpanFacts) {
    let inner = rows[position]
    var (above, layer) = (inner.client(above: rows.span), 0)
    while let place = above, layer < LinkingLimits.layersMax {
      let outer = rows[place]
      let areKnown = outer.hasPeer && inner.hasPeer
      if areKnown && !outer.mayMean(inner, facts) { return }
      if outer.rank(facts) > inner.rank(facts) {
        if areKnown || !inner.hasPeer { rows[position].noteDetail() }
        return
      }
      if layer == 0 {
        rows[place].noteDetail()
        rows[position].isInner = true
      }
      (above, layer) = (outer.client(above: rows.span), layer &+ 1)
    }
  }

  /// A CLIENT span may name the service that a span inside of it reached.
  private func findNamer(_ position: Int, _ rows: inout MutableSpan<SpanRow>, _ facts: SpanFacts) {
    let (child, inner) = (rows[position], rows[Int(rows[position].parent)])
    guard child.service != inner.service, let place = inner.client(above: rows.span) else { return }
    let outer = rows[place]
    guard outer.hasPeer, !inner.hasPeer || inner.party != outer.party else { return }
    guard facts.places[Int(outer.party)].service == facts.places[Int(child.service)].service else { return }
    rows[place].noteDetail()
    rows[Int(child.parent)].isInner = true
  }
}

extension SpanRow {
  /// The CLIENT span around this one in its service, with nothing but internal steps between them.
  @inline(__always) func client(above rows: Swift.Span<SpanRow>) -> Int? {
    var next = Int(parent)
    for _ in 0..<LinkingLimits.layersMax {
      guard next >= 0, rows[next].service == service else { return nil }
      if rows[next].isPlainClient { return next }
      guard !rows[next].isEnd else { return nil }
      next = Int(rows[next].parent)
    }
    return nil
  }

  /// - Precondition: both name a peer.
  @inline(__always) fileprivate func mayMean(_ other: SpanRow, _ facts: SpanFacts) -> Bool {
    party == other.party || facts.places[Int(party)].mayBe(facts.places[Int(other.party)])
  }

  /// How much it tells of the callee: that it sends spans, that it is a database, or where it is.
  @inline(__always) fileprivate func rank(_ facts: SpanFacts) -> Int {
    isAnswered ? 2 : hasPeer && facts.places[Int(party)].isDatabase ? 1 : 0
  }
}
