import Foundation
import NIOCore
import Testing

@testable import Receivers

/// Inputs of `FuzzedBytes` that are worth trying after each change, and where fuzzing begins. What fuzzing finds is added
/// to `cases`; `SPOOR_REWRITE_GOLDEN=1` writes the files.
@Suite struct CorpusTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpus")

  private static let targets: [(name: String, run: @Sendable ([UInt8]) throws -> Void, cases: [String: [UInt8]])] = [
    ("frames", { try FuzzedBytes.frames($0) }, frames), ("xray", { try FuzzedBytes.xray($0) }, datagrams),
    ("http", { try FuzzedBytes.http($0) }, requests), ("grpc", { try FuzzedBytes.grpc($0) }, calls),
    ("gzip", { try FuzzedBytes.gzip($0) }, packed(.gzip)), ("zstd", { try FuzzedBytes.zstd($0) }, packed(.zstd)),
    ("deflate", { try FuzzedBytes.deflate($0) }, packed(.deflate)),
  ]

  @Test(arguments: targets.map(\.name)) func `the corpus holds what it is to hold`(name: String) throws {
    let cases = try #require(Self.targets.first { $0.name == name }).cases
    let folder = Self.folder.appending(path: name)
    if ProcessInfo.processInfo.environment["SPOOR_REWRITE_GOLDEN"] == "1" {
      try? FileManager.default.removeItem(at: folder)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (name, bytes) in cases { try Data(bytes).write(to: folder.appending(path: name)) }
    }
    let files = try Self.files(name)
    #expect(Set(files.keys) == Set(cases.keys))
    // Another version of a library compresses otherwise.
    if !["gzip", "deflate", "zstd"].contains(name) { #expect(files == cases) }
  }

  @Test(arguments: targets.map(\.name)) func `nothing of the corpus breaks what holds for all bytes`(name: String)
    throws
  {
    let target = try #require(Self.targets.first { $0.name == name })
    for (file, bytes) in try Self.files(name) {
      // The circumstances of the file, and a few others.
      for number in 0..<32 {
        let input = number == 0 ? bytes : [0, UInt8(number)] + bytes.dropFirst(2)
        do { try target.run(input) } catch { Issue.record("\(name)/\(file), circumstances \(number): \(error)") }
      }
    }
  }

  private static func files(_ name: String) throws -> [String: [UInt8]] {
    let folder = folder.appending(path: name)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, Array(try Data(contentsOf: folder.appending(path: $0)))) })
  }

  /// In the same circumstances.
  private static func inputs(_ cases: [String: [UInt8]]) -> [String: [UInt8]] { cases.mapValues { [0, 0] + $0 } }

  private static func texts(_ cases: [String: String]) -> [String: [UInt8]] {
    inputs(cases.mapValues { Array($0.utf8) })
  }

  // MARK: - Frames and datagrams

  private static let frames = inputs([
    "none": [], "empty": big(0), "three": big(1) + [1] + big(0) + big(3) + [1, 2, 3], "longest": frame(3000),
    "too-long": frame(3001), "length-of-all-ones": big(.max), "cut-length": [0, 0, 0], "cut": big(5) + [1, 2],
    "many-empty": [UInt8](repeating: 0, count: 400),
  ])

  private static func frame(_ count: Int) -> [UInt8] { big(UInt32(count)) + [UInt8](repeating: 9, count: count) }

  private static let datagrams = texts([
    "usual": header + "T1SCgA=", "unsampled": header + "T1UAQIDBAUG", "first": header + "T1CgAK",
    "empty": header + "T1S",
    "blanks": "{ \"version\" : 1,\t\"format\" : \"json\" }\r\n \n T1SCgA=\r\n", "segment": header + "{\"id\":\"1\"}",
    "no-header": "T1SCgA=", "no-base64": header + "T1SC*A=", "loose-bits": header + "T1SCgB=",
    "padding": header + "T1S====",
    "header-too-long": String(repeating: " ", count: 100) + header + "T1SCgA=",
  ])

  private static let header = "{\"format\":\"json\",\"version\":1}\n"

  // MARK: - HTTP

  private static let requests = texts([
    "usual": head + "Content-Length: 3\r\n\r\nabc",
    "twice": String(repeating: head + "Content-Length: 1\r\n\r\na", count: 2),
    "chunked": head + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nTrailer: x\r\n\r\n",
    "chunk-too-long": head + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc",
    "two-lengths": head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length-and-chunks": head
      + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "length-below-zero": head + "Content-Length: -1\r\n\r\n",
    "blank-before-colon": head + "Content-Length : 1\r\n\r\na",
    "too-large": head + "Content-Length: 4001\r\n\r\n",
    "expecting": head + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\na",
    "folded": head + "A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
    "upgrade": head + "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    "gzip": head + "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\u{1f}abc", "get": "GET / HTTP/1.1\r\n\r\n",
    "head": "HEAD /v1/traces HTTP/1.1\r\n\r\n" + head + "Content-Length: 0\r\n\r\n",
    "connect": "CONNECT a:1 HTTP/1.1\r\n\r\n",
    "preflight": "OPTIONS /v1/traces HTTP/1.1\r\nOrigin: http://a\r\nAccess-Control-Request-Method: POST\r\n\r\n",
    "one-line": "\r\n\n\r\n", "http2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "old": "POST /v1/traces HTTP/1.0\r\n\r\nabc",
  ])

  private static let head = "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\n"

  // MARK: - gRPC

  private typealias Frame = GRPCPeer.Frame

  private static let calls: [String: [UInt8]] = {
    let data = Frame(type: Frame.data, flags: Frame.endStream, stream: 1, payload: framed([1, 2, 3]))
    let open = Frame(type: Frame.headers, flags: Frame.endHeaders, stream: 1, payload: exportHead)
    let health = Frame(type: Frame.headers, flags: Frame.endHeaders, stream: 1, payload: head(GRPCPeer.healthPath))
    var padded = open
    padded.flags |= 8
    padded.payload = [3] + exportHead + [0, 0, 0]
    let bare = Frame(type: Frame.headers, flags: 0, stream: 1, payload: exportHead)
    let more = Frame(type: Frame.continuation, flags: Frame.endHeaders, stream: 1, payload: literal("x", "y"))
    let reset = Frame(type: Frame.reset, stream: 1, payload: big(8))
    let ping = Frame(type: Frame.ping, payload: [1, 2, 3, 4, 5, 6, 7, 8])
    var calls: [String: [Frame]] = [
      "usual": [open, data], "padded": [padded, data], "continued": [bare, more, data], "cut-header": [bare, data],
      "reset": [open, reset, data], "ping": [ping, open, ping, data], "twice": [open, data, open, data],
      "data-first": [data], "no-stream": [Frame(type: Frame.data, payload: [1])], "health": [health, data],
      "settings": [Frame(type: Frame.settings, payload: [0, 1] + big(0) + [0, 4] + big(0) + [0, 5] + big(.max))],
      "window": [open, Frame(type: Frame.windowUpdate, stream: 1, payload: big(.max >> 1)), data],
      "no-window": [Frame(type: Frame.settings, payload: [0, 4] + big(0)), open, data],
      "go-away": [open, Frame(type: Frame.goAway, payload: big(0) + big(0)), data],
      "long-message": [
        open, Frame(type: Frame.data, stream: 1, payload: framed([1], length: Int(UInt32.max))),
      ],
      "compressed": [open, Frame(type: Frame.data, stream: 1, payload: framed([1], compressed: 1))],
      "table": [
        Frame(type: Frame.headers, flags: Frame.endHeaders, stream: 1, payload: [0x3f, 0xe1, 0x1f, 0xff, 0xff, 0x7f])
      ],
    ]
    calls["priority"] = [Frame(type: Frame.priority, stream: 1, payload: big(1) + [1]), open, data]
    return inputs(calls.mapValues { $0.flatMap(\.bytes) })
  }()

  private static let exportHead = head(GRPCPeer.exportPath)

  /// POST and http of HPACK's table, and the others as they are.
  private static func head(_ path: String) -> [UInt8] {
    [0x83, 0x86]
      + [(":path", path), (":authority", "spoor"), ("content-type", "application/grpc"), ("te", "trailers")]
      .flatMap { literal($0.0, $0.1) }
  }

  private static func literal(_ name: String, _ value: String) -> [UInt8] {
    [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
  }

  // MARK: - Compression

  private static func packed(_ coding: ContentCoding) -> [String: [UInt8]] {
    func packed(_ bytes: [UInt8]) -> [UInt8] {
      Array(Deflater.ofThisThread.deflate(bytes, to: coding).bytes.readableBytesView)
    }
    let text = packed(Array("a text that repeats a text that repeats a text".utf8))
    return inputs([
      "text": text, "zeros": packed([UInt8](repeating: 0, count: 100_000)), "nothing": packed([]), "two": text + text,
      "cut": Array(text.dropLast(3)), "more-behind": text + [1, 2, 3], "empty": [], "header": Array(text.prefix(10)),
      "counted": packed((0..<2000).map { UInt8(truncatingIfNeeded: $0 &* $0) }),
    ])
  }
}
