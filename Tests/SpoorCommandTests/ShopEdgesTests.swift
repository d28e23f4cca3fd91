import Testing
import TraceModel

@testable import SpoorCommand

@Suite struct ShopEdgesTests {
  @Test(arguments: ShopTests.seeds)
  func `thirty traces draw exactly the edges of the script`(seed: UInt64) throws {
    #expect(try recounted(ShopTests.traces(30, seed: seed)) == Set(Shop.edges))
  }

  @Test(arguments: ShopTests.seeds)
  func `so do three, and five hundred`(seed: UInt64) throws {
    #expect(try recounted(ShopTests.traces(3, seed: seed)) == Set(Shop.edges))
    #expect(try recounted(ShopTests.traces(500, seed: seed)) == Set(Shop.edges))
  }

  @Test func `no edge is listed twice`() {
    #expect(Set(Shop.edges).count == Shop.edges.count)
  }

  @Test func `every service is on the map`() {
    let ends = Set(Shop.edges.flatMap { [$0.source, $0.target] })
    for service in ShopService.allCases { #expect(ends.contains("service:shop/\(service)")) }
  }

  /// DESIGN's "What is an edge", the plain way.
  private func recounted(_ traces: [ShopTrace]) throws -> Set<Shop.Edge> {
    var edges: Set<Shop.Edge> = []
    for trace in traces {
      let spans = Dictionary(uniqueKeysWithValues: trace.spans.map { ($0.spanID, $0) })
      var answered: Set<SpanID> = []
      for span in trace.spans {
        if let queue = queue(of: span) {
          let isSending = span.kind == .producer
          edges.insert(
            Shop.Edge(
              source: isSending ? node(of: span) : queue, target: isSending ? queue : node(of: span), kind: .message))
        } else if span.kind == .server, span.parentSpanID.isZero {
          edges.insert(Shop.Edge(source: "user", target: node(of: span), kind: .user))
        } else if let parent = spans[span.parentSpanID],
          node(of: parent) != node(of: span) || (parent.kind == .client && span.kind == .server)
        {
          #expect(parent.kind == .client && span.kind == .server)
          edges.insert(Shop.Edge(source: node(of: parent), target: node(of: span), kind: .call))
          answered.insert(parent.spanID)
        }
      }
      for span in trace.spans where span.kind == .client && !answered.contains(span.spanID) {
        let (target, kind) = try #require(peer(of: span), "\(span.name) names no peer")
        edges.insert(Shop.Edge(source: node(of: span), target: target, kind: kind))
      }
    }
    return edges
  }

  private func node(of span: TraceModel.Span) -> String {
    "service:\(span.resource.serviceNamespace ?? "")/\(span.resource.serviceName ?? "")"
  }

  private func queue(of span: TraceModel.Span) -> String? {
    guard let system = text("messaging.system", of: span) else { return nil }
    return "queue:\(system)/\(text("messaging.destination.name", of: span) ?? "")"
  }

  private func peer(of span: TraceModel.Span) -> (String, ServiceMap.EdgeKind)? {
    guard let host = text("server.address", of: span) ?? text("net.peer.name", of: span) else { return nil }
    let port = span.attributes["server.port"]?.intValue ?? span.attributes["net.peer.port"]?.intValue
    let address = port.map { $0 == 80 || $0 == 443 ? host : "\(host):\($0)" } ?? host
    if let system = text("db.system.name", of: span) ?? text("db.system", of: span) {
      let name = (text("db.namespace", of: span) ?? text("db.name", of: span)).map { "/\($0)" } ?? ""
      return ("database:\(system)@\(address)\(name)", .database)
    }
    return ("external:\(address)", .external)
  }

  private func text(_ key: String, of span: TraceModel.Span) -> String? { span.attributes[key]?.stringValue }
}
