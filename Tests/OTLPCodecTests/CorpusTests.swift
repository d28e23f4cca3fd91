import Foundation
import OTLPCodec
import Testing
import TraceModel

/// Requests that are worth trying after each change, and where fuzzing begins: right ones, unusual ones, wrong ones. What
/// fuzzing finds is added to `cases`; `SPOOR_REWRITE_GOLDEN=1` writes the files.
@Suite struct CorpusTests {
  private static let folder = Checkout.tests.appending(path: "Corpus")

  @Test func `the corpus holds what it is to hold`() throws {
    for (kind, cases) in [
      ("protobuf", Self.requests), ("json", Self.texts), ("zipkin-json", Self.zipkinTexts),
      ("zipkin-protobuf", Self.zipkinLists),
    ] {
      let folder = Self.folder.appending(path: kind)
      if ProcessInfo.processInfo.environment["SPOOR_REWRITE_GOLDEN"] == "1" {
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, bytes) in cases { try Data(bytes).write(to: folder.appending(path: name)) }
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(Set(names) == Set(cases.keys))
      for (name, bytes) in cases {
        #expect(try Data(contentsOf: folder.appending(path: name)) == Data(bytes), "\(kind)/\(name)")
      }
    }
  }

  @Test(arguments: requests.keys.sorted()) func `scanner and protobuf-c say the same of`(name: String) throws {
    FuzzedRequest.scanner(try #require(Self.requests[name]))
  }

  @Test(arguments: texts.keys.sorted()) func `JSON comes back from JSON and protobuf`(name: String) throws {
    FuzzedRequest.json(try #require(Self.texts[name]))
  }

  @Test(arguments: zipkinTexts.keys.sorted() + zipkinLists.keys.sorted())
  func `every one of Zipkin's spans is accounted for`(name: String) throws {
    if let text = Self.zipkinTexts[name] { FuzzedRequest.zipkinJSON(text) }
    if let list = Self.zipkinLists[name] { FuzzedRequest.zipkinProtobuf(list) }
  }

  // MARK: - Protobuf

  static let requests: [String: [UInt8]] = {
    var requests = [
      "empty": [], "rich": RequestEncoder.encode(Examples.rich),
      "no-spans": Wire.field(1, Wire.field(2, [])),
      "second-resource": Wire.field(1, Wire.field(1, []) + Wire.field(1, [])),
      "resource-behind-spans": Wire.field(
        1, Wire.field(2, Wire.field(2, Wire.ids) + Wire.field(1, Wire.field(1, "s"))) + Wire.field(1, Wire.field(2, []))
      ),
      "scopes-by-turns": Wire.field(
        1, [1, 2, 1].flatMap { Wire.field(2, Wire.field(1, Wire.field(1, "\($0)")) + Wire.field(2, Wire.ids)) }),
      "same-bytes-cut-elsewhere": [("ab", "c"), ("a", "bc")].flatMap {
        Wire.field(1, Wire.field(2, Wire.field(1, Wire.field(9, $0.0)) + Wire.field(2, Wire.ids) + Wire.field(3, $0.1)))
      },
    ]
    for (name, spans) in unusualSpans { requests["span-" + name] = Wire.request(spans: spans + spans) }
    for (name, value) in unusualValues {
      requests["value-" + name] = Wire.request(spans: [
        Wire.span(value: value), Wire.span(value: Wire.field(5, Wire.field(1, value))),
        Wire.ids + Wire.field(11, Wire.field(3, Wire.field(1, "k") + Wire.field(2, value))),
      ])
    }
    return requests
  }()

  private static let link = Wire.field(1, Array(1...16)) + Wire.field(2, Array(1...8))
  private static let start = Wire.tag(7, 1) + [1, 2, 3, 4, 5, 6, 7, 8]
  private static let attribute = Wire.field(9, Wire.field(1, "key") + Wire.field(2, Wire.field(1, "value")))

  private static let unusualSpans: [String: [[UInt8]]] = [
    "name-twice": [Wire.ids + Wire.field(5, "a") + attribute + Wire.field(5, "b")],
    "name-behind-attributes": [Wire.ids + attribute + Wire.field(5, "late")],
    "name-not-utf8": [Wire.ids + Wire.field(5, [0x61, 0xff]), Wire.ids + Wire.field(5, [0xc0, 0x80])],
    "key-not-utf8": [Wire.ids + Wire.field(9, Wire.field(1, [0xed, 0xa0, 0x80]))],
    "fewer-attributes": [Wire.ids + attribute + attribute, Wire.ids + attribute, Wire.ids],
    "more-attributes": [Wire.ids, Wire.ids + attribute, Wire.ids + attribute + attribute],
    "key-of-64-bytes": [63, 64, 127, 128, 300].map { count in
      Wire.ids + Wire.field(9, Wire.field(1, [UInt8](repeating: 0x6b, count: count)))
    },
    "start-behind-event": [Wire.ids + Wire.field(11, start) + start, Wire.ids + start + Wire.field(11, start)],
    "status-twice": [Wire.ids + Wire.field(15, Wire.tag(3, 0) + [2]) + Wire.field(15, Wire.field(2, "m"))],
    "unknown-fields": [Wire.ids + Wire.field(17, "x") + Wire.tag(99, 0) + [1] + Wire.tag(300, 5) + [1, 2, 3, 4]],
    "unknown-group": [Wire.ids + Wire.tag(17, 3)],
    "long-tag": [[0x8a, 0x00, 0x10] + [UInt8](1...16) + Wire.spanID],
    "long-length": [[0x0a, 0x90, 0x80, 0x80, 0x00] + [UInt8](1...16) + Wire.spanID],
    "ids-of-zeros": [Wire.field(1, [UInt8](repeating: 0, count: 16)) + Wire.spanID],
    "id-twice": [Wire.field(1, [1]) + Wire.ids, Wire.ids + Wire.field(1, [1])],
    "parent-of-seven-bytes": [Wire.ids + attribute + Wire.field(4, [UInt8](1...7))],
    "link-without-ids": [Wire.ids + attribute + Wire.field(13, link) + Wire.field(13, [])],
    "links-and-events": [
      Wire.ids + Wire.field(13, link + Wire.field(4, Wire.field(1, "k"))) + Wire.field(11, Wire.field(2, "e"))
    ],
    "number-of-ten-bytes": [Wire.ids + Wire.tag(10, 0) + [UInt8](repeating: 0xff, count: 9) + [0x7f]],
    "number-of-eleven-bytes": [Wire.ids + Wire.tag(10, 0) + [UInt8](repeating: 0xff, count: 10) + [0x01]],
    "flags-cut": [Wire.ids + Wire.tag(16, 5) + [1, 2]],
    "trace-state-not-utf8": [Wire.ids + Wire.field(3, [0x80]) + Wire.field(15, Wire.field(2, [0xff]))],
    "over-budget": [Wire.ids + [[UInt8]](repeating: Wire.field(11, []), count: 2000).flatMap { $0 }],
  ]

  private static let unusualValues: [String: [UInt8]] = [
    "two-members": Wire.field(1, "a") + Wire.tag(3, 0) + [1],
    "string-twice": Wire.field(1, "a") + Wire.field(1, "b"),
    "string-cut-character": Wire.field(1, [0xe2, 0x82]),
    "string-long": Wire.field(1, String(repeating: "å long text ", count: 40)),
    "bool-of-two-bytes": Wire.tag(2, 0) + [0x80, 0x00],
    "bool-of-high-bits": Wire.tag(2, 0) + [0x80, 0x80, 0x01],
    "least-number": Wire.tag(3, 0) + [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    "double": Wire.tag(4, 1) + [0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
    "double-cut": Wire.tag(4, 1) + [0, 0],
    "bytes": Wire.field(7, [0, 255]), "table-position": Wire.tag(8, 0) + [9], "unknown-member": Wire.field(12, "x"),
    "arrays": Wire.nestedArrays(20), "arrays-too-deep": Wire.nestedArrays(40), "maps": Wire.nestedMaps(20),
    "maps-too-deep": Wire.nestedMaps(40),
    "array-with-unknown": Wire.field(5, Wire.field(1, Wire.field(1, "a")) + Wire.field(2, "b")),
    "map-with-value-twice": Wire.field(6, Wire.field(1, Wire.field(2, Wire.field(1, "a")) + Wire.field(2, []))),
  ]

  // MARK: - JSON

  private static func text(_ members: String) -> [UInt8] {
    Array(
      """
      {"resourceSpans":[{"scopeSpans":[{"spans":[\
      {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",\(members)}]}]}]}
      """.utf8)
  }

  static let texts: [String: [UInt8]] = [
    "rich.json": OTLPJSON.encode(Examples.rich), "empty.json": Array("{}".utf8),
    "numbers.json": text(#""startTimeUnixNano":1.5e18,"endTimeUnixNano":"7","kind":3,"flags":"257""#),
    "words.json": text(#""kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_ERROR","message":null}"#),
    "escapes.json": text(#""name":"\u00e9\ud83d\ude00\ud83d\\\/\"\b\f\n\r\t\u0000""#),
    "doubles.json": text(
      #""attributes":[{"key":"a","value":{"arrayValue":{"values":[{"doubleValue":"NaN"},{"doubleValue":-0.0},{"doubleValue":"-Infinity"},{"doubleValue":5e-324}]}}}]"#
    ),
    "values.json": text(
      #""attributes":[{"key":"","value":{"kvlistValue":{"values":[{"key":"k","value":{"bytesValue":"AAE="}},{}]}}},{"value":{"stringValue":"a","intValue":"1"}}]"#
    ),
    "links.json": text(#""links":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174"},{}]"#),
    "unknown.json": text(#""new":[{"a":[1,true,null,"\u0041"]}],"name":"n""#),
    "twice.json": Array(#"{"resourceSpans":[],"resourceSpans":[]}"#.utf8),
    "deep.json": Array((String(repeating: #"{"a":["#, count: 100)).utf8),
  ]

  // MARK: - Zipkin

  private static func zipkin(_ members: String) -> [UInt8] {
    Array(#"[{"traceId":"5b8efff798038103","id":"eee19b7ec3c1b174",\#(members)}]"#.utf8)
  }

  static let zipkinTexts: [String: [UInt8]] = [
    "rich.json": Array("[\(ZipkinSpansTests.full)]".utf8), "none.json": Array("[]".utf8),
    "ids.json": Array(
      #"[{"traceId":"0","id":"1"},{"traceId":"1","id":""},{"traceId":"1","id":"1","parentId":"x"}]"#.utf8),
    "nulls.json": zipkin(#""kind":null,"tags":{"a":null},"annotations":null,"localEndpoint":null,"timestamp":null"#),
    "twice.json": zipkin(#""tags":{"a":"1","a":"2"},"tags":{"b":"3"},"annotations":[{}],"annotations":[]"#),
    "numbers.json": zipkin(#""timestamp":"1e15","duration":18446744073709551615,"localEndpoint":{"port":-1}"#),
    "links.json": zipkin(#""tags":{"otlp.link.0":"1|0000000000000001|||","otlp.link.1":"||||","otlp.link.":"a|b"}"#),
    "first-version.json": zipkin(#""binaryAnnotations":[]"#),
    "escapes.json": zipkin(#""name":"\ud83d\u0000","remoteEndpoint":{"serviceName":"\u00e9","ipv4":"::"}"#),
  ]

  static let zipkinLists: [String: [UInt8]] = [
    "rich": ZipkinSpansTests.fullOnTheWire, "none": [], "empty-span": Wire.field(1, []),
    "ids-of-other-lengths": Wire.field(1, Wire.field(1, [1]) + Wire.field(2, [1, 2]) + Wire.field(3, [])),
    "endpoint-in-parts": Wire.field(
      1,
      Wire.field(1, [UInt8](1...16)) + Wire.field(3, [UInt8](1...8)) + Wire.field(8, Wire.field(1, "a"))
        + Wire.field(8, Wire.field(2, [1, 2, 3, 4]) + Wire.field(2, [1]) + Wire.tag(4, 0) + [0xff, 0xff, 0xff, 0x7f])),
    "text-not-utf8": Wire.field(
      1, Wire.field(1, [UInt8](1...8)) + Wire.field(3, [UInt8](1...8)) + Wire.field(5, [0xff]) + Wire.field(11, [])),
    "cut": Array(ZipkinSpansTests.fullOnTheWire.dropLast(5)),
  ]
}
