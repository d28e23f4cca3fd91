import TraceModel

/// What goes into one block: the rows of some requests, which stay where they are until they are encoded, and the tables
/// that they share.
struct BlockRows {
  /// The rows of one request.
  struct Piece {
    let request: Int
    /// Where the positions begin, in `places`, of what the request's tables hold.
    let resources, scopes, names, shapes, peers: Int
  }

  let requests: [ReceivedRequest]
  private(set) var pieces: [Piece] = []
  private(set) var count = 0
  private(set) var detailByteCount = 0
  /// Whether all rows are annotated.
  private(set) var isAnnotated: Bool
  /// Has no rows.
  private(set) var tables = SpanBatch()
  private var places: [UInt32] = []

  /// None yet.
  /// - Parameters:
  ///   - requests: from which rows will be added; their batches have details.
  ///   - isAnnotated: false leaves annotations out.
  init(of requests: [ReceivedRequest], isAnnotated: Bool = true) {
    self.requests = requests
    self.isAnnotated = isAnnotated
  }

  /// All rows of one batch.
  init(_ batch: SpanBatch, isAnnotated: Bool = true) {
    self.init(of: [ReceivedRequest(batch)], isAnnotated: isAnnotated)
    add(batch, ofRequest: 0)
  }

  var isEmpty: Bool { pieces.isEmpty }

  /// The most that the rows take, in memory and on disk.
  var byteCount: Int { count * SpanBatch.rowByteCount + detailByteCount + tables.byteCount }

  /// - Parameter batch: the request's.
  mutating func add(_ batch: SpanBatch, ofRequest request: Int) {
    let resources = places.count
    tables.adoptTables(of: batch, &places)
    let scopes = resources + batch.resources.count
    let names = scopes + batch.scopes.count
    let shapes = names + batch.names.count
    let peers = shapes + batch.shapes.count
    pieces.append(
      Piece(request: request, resources: resources, scopes: scopes, names: names, shapes: shapes, peers: peers))
    count += batch.count
    detailByteCount += batch.details.count
    isAnnotated = isAnnotated && batch.isAnnotated
  }

  private mutating func add(_ piece: Piece) { add(requests[piece.request].batch, ofRequest: piece.request) }

  var fingerprints: [RequestFingerprint] { pieces.compactMap { requests[$0.request].fingerprint } }

  /// Two parts, cut between requests if there are several. A request that is cut itself goes without its fingerprint: a
  /// crash could keep the half that says that the request is stored, and lose the other.
  var halves: [BlockRows] {
    if pieces.count > 1 {
      var halves = [BlockRows](repeating: BlockRows(of: requests, isAnnotated: isAnnotated), count: 2)
      for (number, piece) in pieces.enumerated() { halves[number * 2 / pieces.count].add(piece) }
      return halves
    }
    return pieces.flatMap { piece in
      [0..<count / 2, count / 2..<count].map { rows in
        var half = SpanBatch()
        half.append(contentsOf: requests[piece.request].batch, rows: rows)
        return BlockRows(half, isAnnotated: isAnnotated)
      }
    }
  }

  /// The same rows without what a fold has said of them.
  var withoutAnnotations: BlockRows {
    var bare = BlockRows(of: requests, isAnnotated: false)
    for piece in pieces { bare.add(piece) }
    return bare
  }
}

// MARK: - Columns

extension BlockRows {
  /// Goes through a column, row by row.
  @inline(__always)
  func forEach<Element>(_ elements: ([ReceivedRequest], Int) -> [Element], _ body: (Element) -> Void) {
    for piece in pieces {
      for element in elements(requests, piece.request) { body(element) }
    }
  }

  /// Goes through a column of positions, in the tables that the pieces share.
  @inline(__always)
  func forEachPosition(
    _ indices: ([ReceivedRequest], Int) -> [UInt32], _ table: (Piece) -> Int, _ body: (UInt32) -> Void
  ) {
    for piece in pieces {
      let begin = table(piece)
      for index in indices(requests, piece.request) { body(places[begin + Int(index)]) }
    }
  }

  /// The same for peers: zero for none, or one more than a position.
  @inline(__always) func forEachPeer(_ body: (UInt32) -> Void) {
    for piece in pieces {
      for index in requests[piece.request].batch.peerIndices {
        body(index == 0 ? 0 : places[piece.peers + Int(index) - 1] + 1)
      }
    }
  }

  /// The position of a row's shape among the tables'.
  /// - Parameter row: of the piece.
  @inline(__always) func shape(ofRow row: Int, in piece: Piece) -> Int {
    Int(places[piece.shapes + Int(requests[piece.request].batch.shapeIndices[row])])
  }
}
