import Collector
import FoundationEssentials
import NIOCore
import OTLPCodec
import Receivers
import RingStore
import Testing
import TraceModel

@Suite struct CollectorTests {
  @Test(arguments: Acknowledgement.allCases)
  func `an accepted span is in the ring and in the counters`(_ acknowledgement: Acknowledgement) async throws {
    try await withCollector(acknowledgement: acknowledgement) { (collector: Collector) async throws in
      let answer = await collector.send(RequestEncoder.encode([span(1), span(2)]), from: .http)
      #expect(answer.verdict == .accepted)
      #expect(try ExportResponse.decode(ByteBuffer(bytes: answer.body).readableBytesSpan).rejectedSpans == 0)
      try await collector.stop()
      #expect(try collector.catalog.snapshot.spans(of: span(1).traceID).batch.spans() == [span(1), span(2)])
      #expect(collector.counters.spansStored == 2)
      collector.counters.expectToAddUp()
    }
  }

  @Test func `spans without valid IDs are rejected with their number and the others stored`() async throws {
    try await withCollector { (collector: Collector) async throws in
      var invalid = span(2)
      invalid.traceID = .zero
      let answer = await collector.send(RequestEncoder.encode([span(1), invalid, invalid]), from: .tcp)
      let response = try ExportResponse.decode(ByteBuffer(bytes: answer.body).readableBytesSpan)
      #expect(response.rejectedSpans == 2)
      #expect(response.message.contains("trace ID"))
      #expect(collector.counters.spansLost == ["invalid_trace_id": 2])
      #expect(collector.counters.spansStored == 1)
      collector.counters.expectToAddUp()
    }
  }

  @Test func `what is not OTLP is refused in the form of its transport and counted`() async throws {
    try await withCollector { (collector: Collector) async throws in
      let http = await collector.send([0xff, 0xff], from: .http)
      #expect(try StatusMessage.decode(ByteBuffer(bytes: http.body).readableBytesSpan).code == 3)
      let tcp = await collector.send([0xff, 0xff], from: .tcp)
      #expect(try ExportResponse.decode(ByteBuffer(bytes: tcp.body).readableBytesSpan).message.contains("malformed"))
      #expect(collector.counters.payloadsRefused == ["malformed": 2])
      collector.counters.expectToAddUp()
    }
  }

  @Test func `a span that no block can hold with its resource is rejected alone`() async throws {
    try await withCollector { (collector: Collector) async throws in
      var large = span(2)
      large.resource.attributes.append(Attribute("large", .string(String(repeating: "x", count: 70_000))))
      let answer = await collector.send(RequestEncoder.encode([span(1), large, span(3)]), from: .tcp)
      let response = try ExportResponse.decode(ByteBuffer(bytes: answer.body).readableBytesSpan)
      #expect(response.rejectedSpans == 1)
      #expect(collector.counters.spansLost == ["span_too_large": 1])
      #expect(try collector.catalog.snapshot.spans(of: span(1).traceID).batch.spanIDs.map(\.rawValue) == [1, 3])
      collector.counters.expectToAddUp()
    }
  }

  @Test func `an empty request is accepted`() async throws {
    try await withCollector { (collector: Collector) async throws in
      let answer = await collector.send([], from: .http)
      #expect(answer.verdict == .accepted)
      #expect(answer.body.isEmpty)
    }
  }

  @Test func `past the byte budget senders are told to try again`() async throws {
    var limits = CollectorLimits()
    limits.memoryByteCountMax = 0
    try await withCollector(limits: limits) { (collector: Collector) async throws in
      let answer = await collector.send(RequestEncoder.encode([span(1)]), from: .http)
      #expect(answer.verdict == .overloaded)
      #expect(collector.counters.payloadsRefused == ["overloaded": 1])
      collector.counters.expectToAddUp()
    }
  }

  @Test func `after it stopped senders are told that it is not there`() async throws {
    try await withCollector { (collector: Collector) async throws in
      try await collector.stop()
      let answer = await collector.send(RequestEncoder.encode([span(1)]), from: .http)
      #expect(answer.verdict == .unavailable("the collector is shutting down"))
      collector.counters.expectToAddUp()
    }
  }

  @Test func `a hundred senders at once are all answered and all stored`() async throws {
    try await withCollector { (collector: Collector) async throws in
      await withTaskGroup { group in
        for number in 1...100 {
          group.addTask { await collector.send(RequestEncoder.encode([span(UInt64(number))]), from: .http) }
        }
        for await answer in group { #expect(answer.verdict == .accepted) }
      }
      let found = try collector.catalog.snapshot.spans(of: span(1).traceID).batch
      #expect(Set(found.spanIDs.map(\.rawValue)) == Set(1...100))
      #expect(collector.counters.commits < 100)
      collector.counters.expectToAddUp()
    }
  }

  @Test(arguments: [(Acknowledgement.durable, 1), (.written, 0)])
  func `only a durable answer waits for the disk to have synced`(
    _ acknowledgement: Acknowledgement, syncsAPayload: Int
  ) async throws {
    let disk = WatchedDisk()
    try await withCollector(acknowledgement: acknowledgement, files: disk) { (collector: Collector) async throws in
      // The first payload opens a slot, which syncs for itself.
      _ = await collector.send(RequestEncoder.encode([span(1)]), from: .http)
      for number in 2...4 {
        let before = disk.syncCount
        let answer = await collector.send(RequestEncoder.encode([span(UInt64(number))]), from: .http)
        #expect(answer.verdict == .accepted)
        #expect(disk.syncCount - before == syncsAPayload)
      }
    }
  }

  @Test func `what a broken disk could not keep is not acknowledged, and counted`() async throws {
    let disk = WatchedDisk()
    try await withCollector(files: disk) { (collector: Collector) async throws in
      _ = await collector.send(RequestEncoder.encode([span(1)]), from: .http)
      disk.breakDown()
      for number in 2...5 {
        let answer = await collector.send(RequestEncoder.encode([span(UInt64(number))]), from: .http)
        guard case .unavailable = answer.verdict else {
          Issue.record("\(answer.verdict)")
          continue
        }
        #expect(try StatusMessage.decode(ByteBuffer(bytes: answer.body).readableBytesSpan).code == 14)
      }
      #expect(collector.counters.spansStored == 1)
      #expect(collector.counters.spansLost == ["not_stored": 4])
      collector.counters.expectToAddUp()
      await #expect(throws: RingError.self) { try await collector.stop() }
    }
  }

  @Test(arguments: [Transport.http, .grpc, .tcp])
  func `a request that is sent again is acknowledged and not stored again`(transport: Transport) async throws {
    try await withCollector { (collector: Collector) async throws in
      let request = RequestEncoder.encode([span(1), span(2)])
      await withTaskGroup { group in
        for _ in 0..<10 { group.addTask { await collector.send(request, from: transport) } }
        for await answer in group { #expect(answer.verdict == .accepted) }
      }
      _ = await collector.send(RequestEncoder.encode([span(3)]), from: .http)
      #expect(collector.catalog.snapshot.retention.spans == 3)
      #expect(collector.counters.spansStored == 3 && collector.counters.spansDuplicate == 18)
      collector.counters.expectToAddUp()
    }
  }

  @Test func `a request whose answer was lost with the process is not stored again by the next one`() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "spoor-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let request = RequestEncoder.encode([span(1), span(2)])
    for round in 0..<2 {
      let collector = try Self.open(directory.path)
      #expect(await collector.send(request, from: .http).verdict == .accepted)
      #expect(collector.counters.spansDuplicate == (round == 0 ? 0 : 2))
      #expect(collector.catalog.snapshot.retention.spans == 2)
      // A kill: the folder as it is goes on elsewhere.
      if round == 0 {
        let copy = directory.deletingLastPathComponent().appending(path: "spoor-\(UUID())")
        try FileManager.default.copyItem(at: directory, to: copy)
        try await collector.stop()
        try FileManager.default.removeItem(at: directory)
        try FileManager.default.moveItem(at: copy, to: directory)
      } else {
        try await collector.stop()
      }
    }
  }

  @Test func `footers are made on another thread and are there when the collector has stopped`() async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "spoor-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let collector = try Self.open(directory.path)
    for number in 1...60 {
      var large = span(UInt64(number))
      // As random as a disk will ever see, so that no codec makes it small.
      var random = SystemRandomNumberGenerator()
      large.attributes.append(
        Attribute("noise", .bytes((0..<40_000).map { _ in UInt8.random(in: 0...255, using: &random) })))
      #expect(await collector.send(RequestEncoder.encode([large]), from: .http).verdict == .accepted)
    }
    try await collector.stop()
    let again = try Self.open(directory.path)
    #expect(again.notices.isEmpty, "\(again.notices)")
    #expect(again.catalog.snapshot.retention.spans == 60)
    try await again.stop()
  }

  @Test func `what a receiver refused is counted under its reason`() async throws {
    try await withCollector { (collector: Collector) async throws in
      let answer = collector.refuse(.bodyTooLarge(limit: 5), from: .http)
      #expect(try StatusMessage.decode(ByteBuffer(bytes: answer.body).readableBytesSpan).message.contains("5 bytes"))
      collector.kernelDropped(7, from: .udp)
      #expect(collector.counters.payloadsRefused == ["body_too_large": 1])
      #expect(collector.counters.kernelDrops == [.udp: 7])
      collector.counters.expectToAddUp()
    }
  }

  private func withCollector(
    acknowledgement: Acknowledgement = .durable, limits: CollectorLimits = CollectorLimits(),
    files: any FileSystem = DiskFileSystem(), _ body: (Collector) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "spoor-\(UUID())")
    defer { try? FileManager.default.removeItem(at: directory) }
    let collector = try Self.open(directory.path, acknowledgement: acknowledgement, limits: limits, files: files)
    try await body(collector)
    try await collector.stop()
  }

  private static func open(
    _ directory: String, acknowledgement: Acknowledgement = .durable, limits: CollectorLimits = CollectorLimits(),
    files: any FileSystem = DiskFileSystem()
  ) throws -> Collector {
    let now = Timestamp(unixSeconds: 1_700_000_100)
    return try Collector(acknowledgement: acknowledgement, limits: limits, now: { now }) { (seal) throws(RingError) in
      var random = SystemRandomNumberGenerator()
      return try Ring.open(
        directory, capacity: 32 << 20, files: files, now: { now }, entropy: { random.next() }, seal: seal)
    }
  }

  private func span(_ id: UInt64) -> TraceModel.Span {
    Span(
      traceID: TraceID(high: 7, low: 7), spanID: SpanID(rawValue: id), name: "work",
      start: Timestamp(unixSeconds: 1_700_000_000), end: Timestamp(unixSeconds: 1_700_000_001),
      attributes: [Attribute("number", .int(Int64(id)))],
      resource: Resource(attributes: [Attribute("service.name", .string("web"))]))
  }
}

extension Collector {
  /// Hands over a payload and waits for its answer.
  fileprivate func send(_ bytes: [UInt8], from transport: Transport) async -> PayloadAnswer {
    await withCheckedContinuation { continuation in
      receive(ByteBuffer(bytes: bytes), from: transport) { continuation.resume(returning: $0) }
    }
  }
}

extension CollectorCounters {
  /// Received = stored + counted.
  fileprivate func expectToAddUp(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(
      spansReceived == spansStored + spansDuplicate + spansInFlight + spansLost.values.reduce(0, +),
      sourceLocation: sourceLocation)
    #expect(
      payloadsReceived.values.reduce(0, +) == payloadsDecoded + payloadsRefused.values.reduce(0, +),
      sourceLocation: sourceLocation)
  }
}
