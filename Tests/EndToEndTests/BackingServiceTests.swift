import Testing

/// Services that use PostgreSQL, SQLite, Redis and RabbitMQ, all of them real and all traced by OpenTelemetry's own
/// instrumentations as they are published. What those put into their spans stands in `Services/nodes.py`.
@Suite(
  .timeLimit(.minutes(5)), .enabled(if: PythonShop.python != nil, "tools/test makes a Python for it: SPOOR_PYTHON"))
struct BackingServiceTests {
  /// How each order ends, and so what the customer's call counts as.
  private let orders = [
    ("tea", 200, "ok"),  // the mailer cannot tell the customer
    ("cup", 200, "ok"),  // falls down while it is shipped
    ("tea", 200, "ok"),  // its price is known by now
    ("missing", 404, "error"),
    ("greedy", 429, "throttle"),
    ("broken", 500, "fault"),  // SQLite has no such table
    ("twice", 409, "error"),  // PostgreSQL says that it is there already
    ("flaky", 200, "ok"),  // the ledger wants to be asked again
    ("stuck", 500, "fault"),  // Redis finds the wrong type
    ("lonely", 500, "fault"),  // RabbitMQ has nobody to give it to, and refuses it
  ]

  @Test func `the map has exactly the calls that services made to databases, caches, brokers and each other`()
    async throws
  {
    let folder = try TemporaryFolder()
    let collector = try await RunningCollector.start(data: folder.path("ring"))
    let depot = try await PythonDepot.open(exportingTo: collector.http, folder: folder)
    for (item, status, _) in orders {
      #expect(try await depot.checkout.get("/order/\(item)").status == status, "\(item)")
    }
    let record = try await depot.close()

    var calls = record.calls
    for (_, _, outcome) in orders {
      calls[
        PythonRecord.Call(caller: "user", callee: "service:shop/checkout", kind: "user", outcome: outcome), default: 0] +=
        1
    }
    let map = try await collector.map()
    expect(map, toHave: calls, record)
    #expect(try await collector.stop() == 0)
    expect(try await Spoor.askJSON("map", "--all", "--data", collector.data), toHave: calls, record)
  }

  private func expect(_ map: JSONValue, toHave calls: [PythonRecord.Call: Int], _ record: PythonRecord) {
    let drawn = map.calls
    for call in Set(calls.keys).union(drawn.keys) { #expect(drawn[call] == calls[call], "\(call)") }
    #expect(map["coverage"]["unpaired"].int == 0)
    #expect(map["coverage"]["spans"].int == record.spans.count)

    let nodes = Dictionary(map["nodes"].elements.map { ($0["id"].string ?? "?", $0) }) { $1 }
    #expect(Set(nodes.keys) == Set(calls.keys.flatMap { [$0.caller, $0.callee] }))
    let spans = record.spanCounts
    for (id, node) in nodes {
      let kind = id.split(separator: ":").first.map(String.init)
      #expect(node["kind"].string == kind, "\(id)")
      #expect(node["spans"].int == spans[id] ?? calls.count { $0.touches(id) }, "\(id)")
      for outcome in JSONValue.outcomes {
        #expect(node[outcome].int == calls.count { $0.callee == id && $0.outcome == outcome }, "\(id), \(outcome)")
      }
    }
  }
}

extension [PythonRecord.Call: Int] {
  fileprivate func count(where isMeant: (PythonRecord.Call) -> Bool) -> Int {
    reduce(0) { isMeant($1.key) ? $0 + $1.value : $0 }
  }
}

extension PythonRecord.Call {
  fileprivate func touches(_ node: String) -> Bool { caller == node || callee == node }
}
