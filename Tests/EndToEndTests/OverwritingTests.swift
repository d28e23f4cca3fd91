import Testing

@Suite(.timeLimit(.minutes(10))) struct OverwritingTests {
  @Test func `a ring of 32 MiB that is sent 80 never grows past them, keeps the newest and tells what it let go`()
    async throws
  {
    let folder = try TemporaryFolder()
    let data = folder.path("ring")
    let collector = try await RunningCollector.start(data: data, capacity: "32MiB")
    let most = 32 << 20
    let filler = Self.fillers(seed: 42)
    for request in 0..<100 {
      let spans = (0..<100).map { index in
        MadeUpSpan(
          service: "filler", traceID: MadeUpSpan.traceID(request), spanID: MadeUpSpan.spanID(request * 100 + index + 1),
          attributes: ["filler": filler[(request * 7 + index) % filler.count]])
      }
      #expect(try await collector.http.post(MadeUpSpan.request(spans)).status == 200)
      let size = TemporaryFolder.byteCount(under: data)
      #expect(size <= most, "after request \(request): \(size) bytes")
    }

    for newest in 90..<100 {
      #expect(try await collector.spanCount(ofTrace: MadeUpSpan.traceID(newest)) == 100, "trace \(newest)")
    }
    let gone = try await Spoor.run("trace", MadeUpSpan.traceID(0), "--server", collector.api)
    try Self.expectGone(gone)
    try Self.expectGone(try await Spoor.run("trace", MadeUpSpan.traceID(0), "--data", data))
    #expect(try await collector.map()["coverage"]["overwritten_before"].string != nil)

    // The same after a restart.
    #expect(try await collector.stop() == 0)
    let again = try await RunningCollector.start(data: data, capacity: "32MiB")
    #expect(try await again.spanCount(ofTrace: MadeUpSpan.traceID(99)) == 100)
    try Self.expectGone(try await Spoor.run("trace", MadeUpSpan.traceID(0), "--server", again.api))
    #expect(TemporaryFolder.byteCount(under: data) <= most)
  }

  private static func expectGone(_ answer: Program) throws {
    #expect(answer.exitCode == 1)
    #expect(answer.text.isEmpty)
    #expect(answer.errorLines.count == 1)
    // The moment of the oldest arrival, as RFC 3339 has it.
    #expect(answer.errors.contains(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/), "\(answer.errors)")
  }

  /// Texts of 8 KB with nothing to compress in them.
  private static func fillers(seed: UInt64) -> [String] {
    var state = seed
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state
    }
    return (0..<32).map { _ in (0..<512).map { _ in String(next(), radix: 36) }.joined().prefix(8_000).description }
  }
}
