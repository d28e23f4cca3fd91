import Testing

/// Services traced by the Python SDK as it is published, calling each other over HTTP and exporting to a real collector.
@Suite(
  .timeLimit(.minutes(10)), .enabled(if: PythonShop.python != nil, "tools/test makes a Python for it: SPOOR_PYTHON"))
struct RealSDKTests {
  /// How each path answers, and so what the customer's call counts as.
  private let requests = [
    ("/buy/tea", 200, "ok"), ("/buy/cup", 200, "ok"), ("/buy/missing", 404, "error"), ("/buy/greedy", 429, "throttle"),
    ("/buy/broken", 500, "fault"), ("/price/tea", 200, "ok"), ("/buy/tea", 200, "ok"),
  ]

  @Test(arguments: ["none", "gzip"])
  func `every span and attribute that the SDK sent comes back, and the map has exactly the calls made`(
    compression: String
  ) async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let shop = try await PythonShop.open(exportingTo: collector.http, compression: compression, folder: folder)
    for (path, status, _) in requests { #expect(try await shop.storefront.get(path).status == status, "\(path)") }
    let record = try await shop.close()

    #expect(record.traceIDs.count == requests.count)
    #expect(Set(record.spans.map { $0["traceId"].string }) == Set(record.traceIDs))
    for id in record.traceIDs { try await expectSame(trace: id, in: collector, as: record) }

    var calls = record.calls
    for (_, _, outcome) in requests {
      calls[
        PythonRecord.Call(caller: "user", callee: "service:shop/storefront", kind: "user", outcome: outcome), default: 0
      ] += 1
    }
    let map = try await collector.map()
    let drawn = map.calls
    for call in Set(calls.keys).union(drawn.keys) { #expect(drawn[call] == calls[call], "\(call)") }
    #expect(map["coverage"]["unpaired"].int == 0)
    #expect(map["coverage"]["spans"].int == record.spans.count)

    #expect(try await collector.stop() == 0)
  }

  /// Python's exporter over HTTP knows a third way.
  @Test(arguments: [
    ("grpc", nil), ("grpc", "gzip"), ("http/protobuf", nil), ("http/protobuf", "gzip"), ("http/protobuf", "deflate"),
  ])
  func `2,000 spans of every form come back as they were sent`(transport: String, compression: String?) async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let door = transport == "grpc" ? try collector.grpc : try collector.http
    var environment = [
      "OTEL_EXPORTER_OTLP_ENDPOINT": "http://\(door)", "OTEL_EXPORTER_OTLP_PROTOCOL": transport,
      "RECORD": folder.path("burst.jsonl"), "COUNT": "2000",
    ]
    environment["OTEL_EXPORTER_OTLP_COMPRESSION"] = compression
    let burst = try await PythonShop.run("burst", environment: environment)
    #expect(burst.exitCode == 0 && burst.errors.isEmpty, "\(burst.errors)")
    let record = try PythonRecord(files: [folder.path("burst.jsonl")])
    #expect(record.spans.count == 2000)
    for id in record.traceIDs { try await expectSameSpans(trace: id, in: collector, as: record.spans(ofTrace: id)) }
    #expect(try await collector.spanCount() == 2000)
    #expect(try await collector.stop() == 0)
  }

  @Test func `gRPC's own client finds the collector healthy`() async throws {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let answer = try await PythonShop.run("health", environment: ["TARGET": "\(try collector.grpc)"])
    #expect(answer.text.split(separator: "\n") == ["0801", "0801", "NOT_FOUND", "UNIMPLEMENTED"], "\(answer.errors)")
  }

  private func expectSameSpans(
    trace id: String, in collector: RunningCollector, as sent: [String: JSONValue]
  ) async throws {
    let answer = try await Spoor.ask("trace", id, "--server", collector.api, "--format", "otlp-json")
    let found = ComparableSpan.spans(of: try JSONValue(parsing: answer))
    #expect(Set(found.keys) == Set(sent.keys))
    for (spanID, span) in sent {
      guard case .object(let fields) = span, case .object(let others) = found[spanID] else { continue }
      let different = Set(fields.keys).union(others.keys).filter { fields[$0] != others[$0] }
      #expect(different.isEmpty, "span \(spanID), \(span["name"])")
    }
  }

  private func expectSame(trace id: String, in collector: RunningCollector, as record: PythonRecord) async throws {
    let sent = record.spans(ofTrace: id)
    try await expectSameSpans(trace: id, in: collector, as: sent)
    let tree = try await collector.trace(id)
    #expect(tree.roots.count == 1)
    #expect(tree.spans.count == sent.count)
    for span in sent.values {
      guard let id = span["spanId"].string, let parent = span["parentSpanId"].string, !parent.isEmpty else { continue }
      #expect(tree.children(of: parent).contains(id))
    }
  }
}
