import Testing
import TraceLinking
import TraceModel

@Suite struct AnnotationTests {
  @Test(arguments: UInt64(1)...60)
  func `annotated batches without details say what their attributes did`(seed: UInt64) throws {
    for block in RandomForest(seed: seed, isWild: true).segments.joined() {
      var annotated = block.batch
      try ServiceMapFold().annotate(&annotated)
      (annotated.details, annotated.detailEnds, annotated.scopeIndices, annotated.shapeIndices) = ([], [], [], [])
      (annotated.scopes, annotated.shapes) = ([], [])
      try annotated.validate()
      var (plain, recount) = (CallGraph(), Recount())
      try plain.add(annotated) { _ in .counted }
      try recount.add(block.batch) { _ in .counted }
      recount.join()
      #expect(
        plain.join().serviceMap(.all, overwrittenBefore: nil)
          == recount.serviceMap(.all, overwrittenBefore: nil), "seed \(seed)")
    }
  }

  @Test func `URLs count where nothing else names a peer, each by itself`() throws {
    let spans = [
      span("web", .client, 1, "url.full=https://a.example/1"), span("web", .client, 2, "url.full=https://b.example/2"),
      span("web", .client, 3, "url.full=https://a.example/3", "server.address=c.example"),
      span("web", .client, 4, "server.address=", "url.full=https://d.example/4"),
    ]
    var graph = CallGraph()
    try graph.add(SpanBatch(spans)) { _ in .counted }
    let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
    #expect(map.edges.map(\.target) == ["a", "b", "c", "d"].map { "external:\($0).example" })
  }

  @Test func `spans of one shape and different values are told apart`() throws {
    let spans = (1...20).map {
      span(
        "web", .client, $0, Attribute("http.response.status_code", .int($0 % 2 == 0 ? 200 : 503)),
        Attribute("server.address", .string("h\($0 % 3)")))
    }
    var batch = SpanBatch(spans)
    try ServiceMapFold().annotate(&batch)
    #expect(batch.peers.count == 3)
    #expect(batch.outcomes == (1...20).map { $0 % 2 == 0 ? .ok : .fault })
  }

  @Test func `a batch is annotated once, and one without details not at all`() throws {
    var batch = SpanBatch([span("web", .client, 1, "server.address=db")])
    try ServiceMapFold().annotate(&batch)
    batch.peers = [[9]]
    let other = batch.peers
    try ServiceMapFold().annotate(&batch)
    #expect(batch.peers == other)
    (batch.outcomes, batch.details, batch.detailEnds, batch.shapeIndices) = ([], [], [], [])
    var bare = batch
    #expect(throws: CodingError.self) { try ServiceMapFold().annotate(&bare) }
  }

  @Test func `peers that no fold wrote are no peers`() throws {
    var batch = SpanBatch([span("web", .client, 1, "server.address=db"), span("web", .server, 2)])
    try ServiceMapFold().annotate(&batch)
    for bytes in [[], [9], [0, 7], [0, 0, 200, 1], [0, 3, 1, 65]] as [[UInt8]] {
      batch.peers = [bytes]
      var graph = CallGraph()
      try graph.add(batch) { _ in .counted }
      let map = graph.join().serviceMap(.all, overwrittenBefore: nil)
      #expect(map.coverage.unpaired == 1 && map.edges.map(\.target) == ["service:web"])
    }
  }
}
