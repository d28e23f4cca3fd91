import TraceModel

extension Shop {
  static let traceID = TraceID(high: 0x4bf9_2f35_77b3_4da6, low: 0xa3ce_929d_0e0e_4736)
  static let noon = Timestamp(unixNanoseconds: 1_795_262_400_250_000_000)

  /// A checkout that fails at the card provider, with a message, a link, an orphan and a duplicate.
  static let trace: Trace = {
    var trace = Trace(id: traceID, spans: [], duplicateCount: 1)
    func add(
      _ service: String, _ name: String, _ kind: SpanKind, at start: UInt64, for length: UInt64, under parent: Int?,
      _ change: (inout TraceModel.Span) -> Void = { _ in }
    ) -> Int {
      let number = trace.spans.count
      var span = TraceModel.Span(
        traceID: traceID, spanID: SpanID(rawValue: 0xb7ad_6b71_6920_0000 + UInt64(number)), name: name, kind: kind,
        start: noon + .milliseconds(start), end: noon + .milliseconds(start + length),
        resource: Resource(attributes: [Attribute("service.name", .string(service))]))
      change(&span)
      if let parent { span.parentSpanID = trace.spans[parent].span.spanID }
      trace.spans.append(
        LinkedSpan(span: span, parent: parent, depth: parent.map { trace.spans[$0].depth + 1 } ?? 0))
      if let parent { trace.spans[parent].children.append(number) }
      return number
    }
    let web = add("web", "POST /checkout", .server, at: 0, for: 512, under: nil) { span in
      span.status = SpanStatus(code: .error)
      span.attributes = [
        Attribute("http.request.method", .string("POST")), Attribute("http.response.status_code", .int(502)),
      ]
    }
    let cart = add("web", "GET cart", .client, at: 4, for: 31, under: web)
    let cartServer = add("cart", "GET /cart/{id}", .server, at: 7, for: 25, under: cart)
    _ = add("cart", "HGETALL", .client, at: 11, for: 2, under: cartServer)
    let checkout = add("checkout", "Checkout/Place", .server, at: 40, for: 466, under: web)
    let payment = add("payment", "Payment/Charge", .server, at: 52, for: 431, under: checkout) { span in
      span.status = SpanStatus(code: .error, message: "card provider did not answer")
      span.attributes = [
        Attribute("rpc.grpc.status_code", .int(14)), Attribute("payment.amount", .double(49.95)),
        Attribute("payment.tried", .array([.string("visa"), .string("maestro")])),
      ]
      span.events = [
        SpanEvent(
          time: noon + .milliseconds(480), name: "exception",
          attributes: [
            Attribute("exception.type", .string("ConnectTimeout")),
            Attribute("exception.message", .string("api.cardpay.example:443 after 400ms")),
          ])
      ]
    }
    _ = add("payment", "POST", .client, at: 60, for: 420, under: payment) { $0.status.code = .error }
    let send = add("checkout", "orders send", .producer, at: 490, for: 6, under: checkout)
    _ = add("mailer", "orders process", .consumer, at: 497, for: 90, under: send) { span in
      span.links = [SpanLink(traceID: traceID, spanID: SpanID(rawValue: 7))]
    }
    _ = add("stock", "reserve", .server, at: 44, for: 5, under: nil) { span in
      span.parentSpanID = SpanID(rawValue: 0x00f0_67aa_0ba9_02b7)
    }
    trace.spans[trace.spans.count - 1].isOrphan = true
    return trace
  }()

  static let series: [LatencySeries] = {
    var state: UInt64 = 42
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    func histogram(_ count: Int, around middle: Double, spread: Double) -> LatencyHistogram {
      var histogram = LatencyHistogram()
      for _ in 0..<count {
        // Three dice make a bell; a few are slow.
        var bell = (random() + random() + random()) / 1.5 - 1
        if random() < 0.02 { bell += 1.6 }
        var value = middle
        var steps = Int(abs(bell) * spread * 100)
        while steps > 0 {
          value *= bell < 0 ? 0.98 : 1.02
          steps -= 1
        }
        histogram.record(Duration(nanoseconds: UInt64(value)))
      }
      return histogram
    }
    return [
      LatencySeries(
        edge: LatencySeries.Edge(caller: "web", callee: "cart"),
        histogram: histogram(12_400, around: 9_000_000, spread: 0.7)),
      LatencySeries(
        service: "payment", spanName: "Payment/Charge", histogram: histogram(900, around: 180_000_000, spread: 1.1)),
      LatencySeries(service: "mailer", histogram: histogram(1, around: 31_000_000, spread: 0)),
    ]
  }()

  static let services: [ServiceSummary] = map.nodes.filter { $0.kind == .service }.map { node in
    ServiceSummary(
      name: node.name, namespace: node.namespace, spans: node.spans, outcomes: node.outcomes,
      first: noon - .seconds(3600), last: noon, latency: node.latency)
  }
}
