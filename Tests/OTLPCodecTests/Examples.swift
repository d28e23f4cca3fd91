import TraceModel

enum Examples {
  /// Everything that OTLP can say, once. `interop.py` has the same.
  static let rich: [Span] = {
    let resource = Resource(
      attributes: [
        Attribute("service.name", .string("cart")), Attribute("none", .empty), Attribute("yes", .bool(true)),
        Attribute("no", .bool(false)), Attribute("least", .int(.min)), Attribute("zero", .int(0)),
        Attribute("pi", .double(3.141592653589793)), Attribute("bytes", .bytes([0, 1, 254, 255])),
        Attribute("empty", .string("")), Attribute("nul", .string("a\0b")),
        Attribute("array", .array([.string("x"), .empty, .array([.int(1), .array([])]), .bytes([])])),
        Attribute(
          "map",
          .keyValueList([Attribute("inner", .keyValueList([Attribute("ü", .double(-0.0))])), Attribute("", .empty)])),
      ], droppedAttributesCount: 7,
      entityReferences: [
        EntityReference(
          schemaURL: "https://example.org/entity", type: "service", idKeys: ["service.name"],
          descriptionKeys: ["service.version", "a\0b"])
      ], schemaURL: "https://example.org/resource")
    let scope = InstrumentationScope(
      name: "shop", version: "1.2.3", attributes: [Attribute("build", .int(42))], droppedAttributesCount: 1,
      schemaURL: "https://example.org/scope")
    let traceID = TraceID(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10)
    let spanID = SpanID(rawValue: 0xeee1_9b7e_c3c1_b174)
    return [
      Span(
        traceID: traceID, spanID: spanID, traceState: "vendor=1", flags: 0x101, name: "GET /cart", kind: .server,
        start: Timestamp(unixNanoseconds: 1_700_000_000_000_000_001),
        end: Timestamp(unixNanoseconds: 1_700_000_000_250_000_002),
        attributes: [
          Attribute("http.request.method", .string("GET")), Attribute("http.response.status_code", .int(500)),
        ],
        droppedAttributesCount: 2,
        events: [
          SpanEvent(
            time: Timestamp(unixNanoseconds: 1_700_000_000_100_000_000), name: "exception",
            attributes: [Attribute("exception.type", .string("Oops"))], droppedAttributesCount: 3)
        ], droppedEventsCount: 4,
        links: [
          SpanLink(
            traceID: TraceID(high: 1, low: 2), spanID: SpanID(rawValue: 3), traceState: "other=2",
            attributes: [Attribute("link", .bool(true))], droppedAttributesCount: 5, flags: 0x300),
          SpanLink(traceID: .zero, spanID: .zero),
        ], droppedLinksCount: 6, status: SpanStatus(code: .error, message: "it broke"), resource: resource, scope: scope
      ),
      Span(
        traceID: traceID, spanID: SpanID(rawValue: 0xeee1_9b7e_c3c1_b175), parentSpanID: spanID, name: "SELECT",
        kind: .client, start: Timestamp(unixNanoseconds: .max), end: Timestamp(unixNanoseconds: 0), resource: resource,
        scope: InstrumentationScope(name: "db")),
      Span(
        traceID: traceID, spanID: SpanID(rawValue: 1), name: "", kind: .unspecified,
        start: Timestamp(unixNanoseconds: 5), end: Timestamp(unixNanoseconds: 6)),
    ]
  }()
}
