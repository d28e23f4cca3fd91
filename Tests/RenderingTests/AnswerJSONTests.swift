import Testing
import TraceModel

@testable import Rendering

@Suite struct AnswerJSONTests {
  @Test func `the shapes are those that were promised`() throws {
    try Golden.expect(String(decoding: AnswerJSON.encode(Shop.map), as: UTF8.self), "map.json")
    try Golden.expect(String(decoding: AnswerJSON.encode(ServiceMap()), as: UTF8.self), "map-empty.json")
    var narrowed = ServiceMap()
    narrowed.narrowing.question = "{ status = error }"
    (narrowed.narrowing.traces, narrowed.narrowing.hasMoreTraces) = (12, true)
    narrowed.narrowing.groupedBy = "team"
    (narrowed.narrowing.around, narrowed.narrowing.depth) = ("cart", 2)
    narrowed.narrowing.shareMin = 0.01
    narrowed.narrowing.hidden = ["user", "redis"]
    (narrowed.narrowing.nodesLeftOut, narrowed.narrowing.edgesLeftOut) = (3, 4)
    try Golden.expect(String(decoding: AnswerJSON.encode(narrowed), as: UTF8.self), "map-narrowed.json")
    try Golden.expect(String(decoding: AnswerJSON.encode([Shop.series[1]]), as: UTF8.self), "latency.json")
    try Golden.expect(String(decoding: AnswerJSON.encode(Shop.services), as: UTF8.self), "services.json")
    try Golden.expect(String(decoding: AnswerJSON.encode(Shop.trace, partial: false), as: UTF8.self), "trace.json")
  }

  @Test func `any map comes back as it was`() throws {
    var random = SeededRandom()
    print("seed \(random.seed)")
    for _ in 0..<300 {
      let map = random.anyMap()
      #expect(try AnswerJSON.decodeMap(AnswerJSON.encode(map)) == map)
    }
  }

  @Test(arguments: Hostile.names.indices)
  func `no name in JSON acts on a terminal, and all come back`(number: Int) throws {
    let name = Hostile.names[number]
    let map = ServiceMap(nodes: [ServiceMap.Node(id: "a", name: name, namespace: name + "\u{7f}", kind: .service)])
    let bytes = AnswerJSON.encode(map)
    let acting = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { scalar in
      switch scalar.value {
      case 0x0a: false
      case 0..<0x20, 0x7f...0x9f, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
      default: false
      }
    }
    #expect(acting.isEmpty)
    #expect(try AnswerJSON.decodeMap(bytes) == map)
  }

  @Test func `latencies and services come back as they were`() throws {
    #expect(try AnswerJSON.decodeLatency(AnswerJSON.encode(Shop.series)) == Shop.series)
    #expect(try AnswerJSON.decodeServices(AnswerJSON.encode(Shop.services)) == Shop.services)
    #expect(try AnswerJSON.decodeLatency(AnswerJSON.encode([LatencySeries]())) == [])
    #expect(try AnswerJSON.decodeServices(AnswerJSON.encode([ServiceSummary]())) == [])
  }

  @Test(arguments: [
    ("", RenderingError.notJSON), ("<html>", .notJSON), ("{", .notJSON), ("{\"services\":[1,", .notJSON),
    ("[]", .unexpected(path: "")), ("{}", .unexpected(path: "services")),
    ("{\"services\":{}}", .unexpected(path: "services")), ("{\"services\":[{}]}", .unexpected(path: "services.0.name")),
    ("{\"services\":[{\"name\":7}]}", .unexpected(path: "services.0.name")),
    ("{\"services\":[{\"name\":\"a\",\"spans\":-1}]}", .notJSON),
    ("{\"services\":[{\"name\":\"a\",\"spans\":18446744073709551616}]}", .notJSON),
    (
      "{\"services\":[{\"name\":\"a\",\"spans\":1,\"ok\":1,\"error\":1,\"throttle\":1,\"fault\":1,\"first\":\"noon\"}]}",
      .unexpected(path: "services.0.first")
    ),
  ])
  func `what is not an answer is refused with its place`(json: String, error: RenderingError) {
    #expect(throws: error) { try AnswerJSON.decodeServices(Array(json.utf8)) }
  }

  @Test func `a kind that this version does not know is refused, and members that it does not know are ignored`() throws
  {
    let json = String(decoding: AnswerJSON.encode(Shop.map), as: UTF8.self)
    let strange = json.replacing("\"kind\" : \"queue\"", with: "\"kind\" : \"robot\"")
    #expect(throws: RenderingError.unexpected(path: "nodes.3.kind")) { try AnswerJSON.decodeMap(Array(strange.utf8)) }
    let newer = json.replacing("\"coverage\" : {", with: "\"mood\" : [1, {}], \"coverage\" : {\"estimated\" : true,")
    #expect(try AnswerJSON.decodeMap(Array(newer.utf8)) == Shop.map)
  }

  @Test func `values nested without end are refused`() {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect(throws: RenderingError.notJSON) { try AnswerJSON.decodeMap(bytes) }
  }

  @Test func `attributes of every type are written`() {
    var deepest = AttributeValue.int(1)
    for _ in 1..<AttributeValue.depthMax { deepest = .array([deepest]) }
    var trace = Shop.trace
    trace.spans = [trace.spans[0]]
    trace.spans[0].children = [99]
    trace.spans[0].span.attributes = [
      Attribute("twice", .int(1)), Attribute("twice", .int(2)), Attribute("nan", .double(.nan)),
      Attribute("more", .double(.infinity)), Attribute("less", .double(-.infinity)), Attribute("half", .double(0.5)),
      Attribute("none", .empty), Attribute("bytes", .bytes([0xff, 0, 1])), Attribute("flag", .bool(true)),
      Attribute("big", .int(.min)), Attribute("", .string("a/b\"\n")), Attribute("deepest", deepest),
      Attribute("map", .keyValueList([Attribute("list", .array([.string("x"), .keyValueList([])]))])),
    ]
    let json = String(decoding: AnswerJSON.encode(trace, partial: true), as: UTF8.self)
    for part in [
      "\"twice\" : 2", "\"nan\" : \"NaN\"", "\"more\" : \"Infinity\"", "\"less\" : \"-Infinity\"", "\"half\" : 0.5",
      "\"none\" : null", "\"bytes\" : \"/wAB\"", "\"flag\" : true", "\"big\" : -9223372036854775808",
      "\"\" : \"a/b\\\"\\n\"", "\"partial\" : true", "\"duplicates\" : 1",
    ] {
      #expect(json.contains(part), "\(part)")
    }
    #expect(!json.contains("\"twice\" : 1"))
  }
}

@Suite struct RFC3339Tests {
  @Test func `every time comes back as it was`() {
    var random = SeededRandom()
    print("seed \(random.seed)")
    for _ in 0..<20_000 {
      let time = random.anyTime()
      #expect(Timestamp(rfc3339: time.description) == time)
    }
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-21T12:00:00.25Z", 1_795_262_400_250_000_000),
    ("2026-11-21t12:00:00z", 1_795_262_400_000_000_000), ("2026-11-21 14:30:00+02:30", 1_795_262_400_000_000_000),
    ("2026-11-21T04:00:00-08:00", 1_795_262_400_000_000_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
    ("1970-01-01T01:00:00+01:00", 0), ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
    ("2554-07-21T23:34:33.709551615Z", UInt64.max),
  ])
  func `times are read with and without an offset`(text: String, nanoseconds: UInt64) {
    #expect(Timestamp(rfc3339: text)?.unixNanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "", "now", "2026-11-21", "2026-11-21T12:00:00", "2026-11-21T12:00:00.Z", "2026-11-21T12:00:00.0000000001Z",
    "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
    "2026-11-21T24:00:00Z", "2026-11-21T12:60:00Z", "2026-11-21T12:00:61Z", "1969-12-31T23:59:59Z",
    "1970-01-01T00:00:00+00:01", "2554-07-21T23:34:33.709551616Z", "9999-12-31T23:59:59Z", "2026-11-21T12:00:00Zz",
    "２０２６-11-21T12:00:00Z", "+026-11-21T12:00:00Z",
  ])
  func `what is not a time is refused`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }
}
