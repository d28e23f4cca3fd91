import OTLPCodec
import Testing
import TraceModel

@Suite struct HostileInputTests {
  @Test func `a request cut anywhere is refused or holds fewer spans`() throws {
    let bytes = RequestEncoder.encode(Examples.rich)
    for count in 0..<bytes.count {
      if let decoded = try? Array(bytes[..<count]).decoded() {
        // Only at the seam between two ResourceSpans is the rest whole.
        #expect(decoded.receivedSpans == 0 || decoded.receivedSpans == 2)
        #expect(count == 0 || bytes[count] == 0x0a)
      }
    }
    #expect(error(decoding: Array(bytes[..<1])) != nil)
    #expect(error(decoding: bytes.dropLast()) != nil)
  }

  @Test(arguments: [31, 32, 33, 60, 200, 5_000, 100_000])
  func `values nested past 32 are refused, and no deeper than the stack bears`(levels: Int) throws {
    for value in [Wire.nestedArrays(levels), Wire.nestedMaps(levels)] {
      let attribute = Wire.field(1, "key") + Wire.field(2, value)
      let ids = Wire.field(1, [UInt8](repeating: 1, count: 16)) + Wire.field(2, [UInt8](repeating: 1, count: 8))
      let requests = [
        Wire.request(spans: [Wire.span(value: value)]),
        Wire.request(spans: [Wire.field(9, attribute)]),  // of a span that would be rejected anyway
        Wire.request(spans: [Wire.ids + Wire.field(11, Wire.field(3, attribute))]),
        Wire.request(spans: [Wire.ids + Wire.field(13, ids + Wire.field(4, attribute))]),
        Wire.field(1, Wire.field(1, Wire.field(1, attribute))),
        Wire.field(1, Wire.field(2, Wire.field(1, Wire.field(3, attribute)))),
      ]
      for request in requests {
        if levels < AttributeValue.depthMax {
          #expect(error(decoding: request) == nil)
        } else {
          guard case .tooDeep = error(decoding: request) else {
            Issue.record("\(levels) levels: \(String(describing: error(decoding: request)))")
            continue
          }
        }
      }
    }
  }

  @Test func `a body of 30 KB of nested values is refused`() {
    let request = Wire.request(spans: [Wire.span(value: Wire.nestedArrays(4_400))])
    #expect((25_000...35_000).contains(request.count))
    #expect(error(decoding: request).map { "\($0)".contains("nested deeper than 32") } == true)
  }

  @Test func `65,536 resources in one ResourceSpans are refused at once`() {
    let resources = [[UInt8]](repeating: Wire.field(1, Wire.field(1, [])), count: 65_536).flatMap { $0 }
    let scopes = Wire.field(2, resources)
    let duration = ContinuousClock().measure {
      #expect(error(decoding: Wire.field(1, resources)) == .malformed(at: 10, "a second field 1 of resourceSpans"))
      #expect(error(decoding: Wire.field(1, scopes)) != nil)
    }
    #expect(duration < .milliseconds(200))
  }

  @Test func `as many empty spans as a request may have are counted and take next to no memory`() throws {
    let spans = [[UInt8]](repeating: [0x12, 0x00], count: 131_072).flatMap { $0 }
    let decoded = try Wire.field(1, Wire.field(2, spans)).decoded()
    #expect(decoded.receivedSpans == 131_072)
    #expect(decoded.rejected == [.invalidTraceID: 131_072])
    #expect(decoded.batch.byteCount == 0)
    #expect(decoded.rejectionMessage == "trace ID must be 16 bytes and not all zero (131072)")
    #expect(
      error(decoding: Wire.field(1, Wire.field(2, spans + [0x12, 0x00]))) == .tooManySpans(limit: 131_072))
  }

  @Test func `values of a megabyte, ten thousand attributes and as many shapes take linear time`() throws {
    let large = Wire.span(value: Wire.field(1, String(repeating: "x", count: 1_000_000)))
    let many =
      Wire.ids + (0..<10_000).flatMap { Wire.field(9, Wire.field(1, "\($0)") + Wire.field(2, Wire.field(1, "v"))) }
    let shapes = (0..<20_000).map { Wire.ids + Wire.field(5, "\($0 % 100)") + Wire.field(9, Wire.field(1, "\($0)")) }
    let duration = try ContinuousClock().measure {
      for spans in [[large, large], [many, many, many], shapes] {
        let decoded = try Wire.request(spans: spans).decoded()
        #expect(decoded.batch.count == spans.count)
      }
    }
    // A hundredth of that where code is optimized.
    #expect(duration < .seconds(10))
  }

  @Test func `groups, bytes and spans past their limits are refused`() throws {
    let groups = Wire.field(1, Wire.field(2, [])) + Wire.field(1, [])
    #expect(try groups.decoded(limits: RequestLimits(groupCountMax: 3)).receivedSpans == 0)
    #expect(throws: DecodeError.tooManyGroups(limit: 2)) { try groups.decoded(limits: RequestLimits(groupCountMax: 2)) }
    #expect(throws: DecodeError.tooLarge(byteCount: groups.count, limit: 3)) {
      try groups.decoded(limits: RequestLimits(requestByteCountMax: 3))
    }
    let request = Wire.request(spans: [Wire.ids, Wire.ids + Wire.field(5, "long")])
    let decoded = try request.decoded(limits: RequestLimits(spanByteCountMax: Wire.ids.count))
    #expect(decoded.batch.count == 1)
    #expect(decoded.rejected == [.spanTooLarge: 1])
  }

  @Test func `a span that takes too much memory once unpacked is rejected alone`() throws {
    let links = [[UInt8]](repeating: Wire.field(11, []), count: 20_000).flatMap { $0 }
    let decoded = try Wire.request(spans: [Wire.ids + links, Wire.ids]).decoded()
    #expect(decoded.rejected == [.spanOverBudget: 1])
    #expect(decoded.batch.count == 1)
    let attributes = [[UInt8]](repeating: Wire.field(1, []), count: 20_000).flatMap { $0 }
    #expect(error(decoding: Wire.field(1, Wire.field(1, attributes))) == .overBudget(at: 8))
  }

  /// Each known field of each message, by every wire type that it does not have.
  @Test func `known fields of a wrong wire type are refused`() {
    let attribute = { (content: [UInt8]) in Wire.field(9, content) }
    let messages: [(fields: [Int: Int], wrap: ([UInt8]) -> [UInt8])] = [
      ([1: 2], { $0 }),
      ([1: 2, 2: 2, 3: 2], { Wire.field(1, $0) }),
      ([1: 2, 2: 0, 3: 2], { Wire.field(1, Wire.field(1, $0)) }),
      ([1: 2, 2: 2, 3: 2, 4: 2], { Wire.field(1, Wire.field(1, Wire.field(3, $0))) }),
      ([1: 2, 2: 2, 3: 2], { Wire.field(1, Wire.field(2, $0)) }),
      ([1: 2, 2: 2, 3: 2, 4: 0], { Wire.field(1, Wire.field(2, Wire.field(1, $0))) }),
      (
        [1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 0, 7: 1, 8: 1, 9: 2, 10: 0, 11: 2, 12: 0, 13: 2, 14: 0, 15: 2, 16: 5],
        { Wire.request(spans: [$0]) }
      ),
      ([1: 1, 2: 2, 3: 2, 4: 0], { Wire.request(spans: [Wire.field(11, $0)]) }),
      ([1: 2, 2: 2, 3: 2, 4: 2, 5: 0, 6: 5], { Wire.request(spans: [Wire.field(13, $0)]) }),
      ([2: 2, 3: 0], { Wire.request(spans: [Wire.field(15, $0)]) }),
      ([1: 2, 2: 2, 3: 0], { Wire.request(spans: [attribute($0)]) }),
      (
        [1: 2, 2: 0, 3: 0, 4: 1, 5: 2, 6: 2, 7: 2, 8: 0], { Wire.request(spans: [attribute(Wire.field(2, $0))]) }
      ),
      ([1: 2], { Wire.request(spans: [attribute(Wire.field(2, Wire.field(5, $0)))]) }),
      ([1: 2], { Wire.request(spans: [attribute(Wire.field(2, Wire.field(6, $0)))]) }),
    ]
    let contents: [Int: [UInt8]] = [
      0: [1], 1: [UInt8](repeating: 0, count: 8), 2: [0], 5: [0, 0, 0, 0], 3: [], 4: [], 6: [], 7: [],
    ]
    for message in messages {
      for (field, right) in message.fields {
        for (wireType, content) in contents {
          let request = message.wrap(Wire.tag(field, wireType) + content)
          #expect((error(decoding: request) == nil) == (wireType == right), "field \(field) as \(wireType)")
        }
      }
      for (wireType, content) in contents {
        let request = message.wrap(Wire.tag(1000, wireType) + content)
        #expect((error(decoding: request) == nil) == [0, 1, 2, 5].contains(wireType), "unknown as \(wireType)")
      }
    }
  }

  @Test func `lengths past the end and endless numbers are refused where they stand`() {
    let prefix = Wire.field(99, "x")
    let cases: [[UInt8]] = [
      [0x0a, 0x01], [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], [0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f],
      [0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], [0x0a], [0x80], [0x00, 0x00], [0x02, 0x00], [0x80, 0x00, 0x00],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0xfa, 0xff, 0xff, 0xff, 0x7f, 0x00],
      [0x98, 0x3e] + [UInt8](repeating: 0xff, count: 11), [0x9d, 0x3e, 0, 0, 0],
    ]
    for bytes in cases {
      guard case .malformed(let offset, _) = error(decoding: prefix + bytes) else {
        Issue.record("\(bytes) was taken")
        continue
      }
      #expect((prefix.count...prefix.count + 3).contains(offset))
    }
  }

  @Test func `IDs of a wrong length reject their span alone, by reason`() throws {
    let link = { (traceID: Int, spanID: Int) in
      Wire.field(
        13, Wire.field(1, [UInt8](repeating: 0, count: traceID)) + Wire.field(2, [UInt8](repeating: 0, count: spanID)))
    }
    let spans: [([UInt8], RejectionReason?)] = [
      (Wire.ids, nil),
      (Wire.spanID, .invalidTraceID),
      (Wire.field(1, [UInt8](repeating: 1, count: 15)) + Wire.spanID, .invalidTraceID),
      (Wire.field(1, [UInt8](repeating: 1, count: 17)) + Wire.spanID, .invalidTraceID),
      (Wire.field(1, [UInt8](repeating: 0, count: 16)) + Wire.spanID, .invalidTraceID),
      (Wire.ids + Wire.field(1, [1]), .invalidTraceID),  // the last one counts
      (Wire.field(1, [1]) + Wire.ids, nil),
      (Wire.traceID, .invalidSpanID),
      (Wire.traceID + Wire.field(2, [UInt8](repeating: 1, count: 7)), .invalidSpanID),
      (Wire.traceID + Wire.field(2, [UInt8](repeating: 0, count: 8)), .invalidSpanID),
      (Wire.ids + Wire.field(4, [1, 2]), .invalidParentSpanID),
      (Wire.ids + Wire.field(4, []), nil),
      (Wire.ids + Wire.field(4, [UInt8](repeating: 0, count: 8)), nil),
      (Wire.ids + link(16, 8), nil),
      (Wire.ids + link(15, 8), .invalidLinkID),
      (Wire.ids + link(16, 0), .invalidLinkID),
      (Wire.ids + link(16, 8) + Wire.field(13, []), .invalidLinkID),
    ]
    for (span, reason) in spans {
      let decoded = try Wire.request(spans: [span]).decoded()
      #expect(decoded.rejected == (reason.map { [$0: 1] } ?? [:]))
    }
    let decoded = try Wire.request(spans: spans.map(\.0)).decoded()
    #expect(decoded.batch.count == 5)
    #expect(decoded.rejected == [.invalidTraceID: 5, .invalidSpanID: 3, .invalidParentSpanID: 1, .invalidLinkID: 3])
  }

  @Test func `NUL bytes stay, and bytes that are not UTF-8 are repaired and counted`() throws {
    let broken: [UInt8] = [0x61, 0x00, 0xff, 0x62]
    let attribute = Wire.field(1, broken) + Wire.field(2, Wire.field(1, broken))
    let decoded = try Wire.request(spans: [Wire.ids + Wire.field(5, "a\0b") + Wire.field(9, attribute)]).decoded()
    let span = try decoded.batch.span(at: 0)
    #expect(span.name == "a\0b")
    #expect(span.attributes == [Attribute("a\0\u{fffd}b", .string("a\0\u{fffd}b"))])
    #expect(decoded.repairedStrings == 2)
    let group = Wire.field(2, Wire.field(2, Wire.ids) + Wire.field(3, [0xff]))
    #expect(try Wire.field(1, group + Wire.field(3, [0xc0])).decoded().repairedStrings == 2)
  }

  @Test func `resource, scope and schema URLs may stand behind their spans`() throws {
    let scopeSpans = Wire.field(2, Wire.ids) + Wire.field(3, "old") + Wire.field(1, Wire.field(1, "scope"))
    let resource = Wire.field(1, Wire.field(1, Wire.field(1, "key")))
    let request = Wire.field(1, Wire.field(2, scopeSpans + Wire.field(3, "new")) + Wire.field(3, "url") + resource)
    let span = try #require(try request.decodedSpans().first)
    #expect(span.scope == InstrumentationScope(name: "scope", schemaURL: "new"))
    #expect(span.resource == Resource(attributes: [Attribute("key", .empty)], schemaURL: "url"))
  }

  @Test func `values that only profiles use are empty, and unknown fields are skipped`() throws {
    let value = Wire.tag(8, 0) + [5]
    let attribute = Wire.field(2, value) + Wire.tag(3, 0) + [7] + Wire.field(77, "later")
    let span = try #require(
      try Wire.request(spans: [Wire.field(500, "new") + Wire.ids + Wire.field(9, attribute)]).decodedSpans().first)
    #expect(span.attributes == [Attribute("", .empty)])
  }
}
