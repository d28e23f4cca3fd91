import Testing

@testable import Receivers

/// Requests whose end two programs in a row could see at different places.
@Suite struct HTTPSmugglingTests {
  private static let start = "POST /v1/traces HTTP/1.1\r\nHost: spoor\r\nContent-Type: application/x-protobuf\r\n"
  private static let smuggled =
    "POST /v1/traces HTTP/1.1\r\nContent-Type: application/x-protobuf\r\nContent-Length: 8\r\n\r\nsmuggled"

  @Test(arguments: [
    ("Content-Length beside Transfer-Encoding", start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ("Transfer-Encoding beside Content-Length", start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
    ("two lengths", start + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nspans"),
    ("the same length twice", start + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nspans"),
    ("a list of lengths", start + "Content-Length: 5, 5\r\n\r\nspans"),
    ("a signed length", start + "Content-Length: +5\r\n\r\nspans"),
    ("a negative length", start + "Content-Length: -5\r\n\r\nspans"),
    ("a hexadecimal length", start + "Content-Length: 0x5\r\n\r\nspans"),
    ("an empty length", start + "Content-Length: \r\n\r\n"),
    ("a length past 64 bits", start + "Content-Length: 18446744073709551621\r\n\r\nspans"),
    ("gzip before chunked", start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    ("chunked before gzip", start + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
    ("chunked twice", start + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    ("chunked in two fields", start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("identity and chunked", start + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("chunked with something before it", start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    ("chunked with a tab in it", start + "Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n"),
    ("chunks in HTTP/1.0", start.replacing("1.1", with: "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("a space before the colon", start + "Content-Length : 5\r\n\r\nspans"),
    ("a space before a name", start + " Content-Length: 5\r\n\r\nspans"),
    ("a folded value", start + "X-A: b\r\n Content-Length: 5\r\nContent-Length: 0\r\n\r\n"),
    ("a folded length", start + "Content-Length:\r\n 5\r\n\r\nspans"),
    ("bare line feeds", start.replacing("\r\n", with: "\n") + "Content-Length: 5\n\nspans"),
    ("a bare line feed after a header", start + "X-A: b\nContent-Length: 5\r\n\r\nspans"),
    ("a bare line feed at the header's end", start + "Content-Length: 5\r\n\nspans"),
    ("a bare carriage return in a value", start + "X-A: b\rContent-Length: 5\r\n\r\nspans"),
    ("a zero byte in a value", start + "X-A: b\u{0}c\r\nContent-Length: 5\r\n\r\nspans"),
    ("a chunk's size that is no number", start + "Transfer-Encoding: chunked\r\n\r\n5x\r\nspans\r\n0\r\n\r\n"),
    ("a chunk's size with a sign", start + "Transfer-Encoding: chunked\r\n\r\n+5\r\nspans\r\n0\r\n\r\n"),
    ("a chunk's size with 0x", start + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nspans\r\n0\r\n\r\n"),
    (
      "a chunk's size past 64 bits", start + "Transfer-Encoding: chunked\r\n\r\n10000000000000005\r\nspans\r\n0\r\n\r\n"
    ),
    ("a chunk longer than it says", start + "Transfer-Encoding: chunked\r\n\r\n4\r\nspans\r\n0\r\n\r\n"),
    ("a chunk's size before a bare line feed", start + "Transfer-Encoding: chunked\r\n\r\n5\nspans\r\n0\r\n\r\n"),
    ("a chunk before a bare line feed", start + "Transfer-Encoding: chunked\r\n\r\n5\r\nspans\n0\r\n\r\n"),
    ("a line feed in a chunk's extension", start + "Transfer-Encoding: chunked\r\n\r\n5;a\nspans\r\n0\r\n\r\n"),
    ("two hosts", start + "Host: other\r\nContent-Length: 5\r\n\r\nspans"),
    ("HTTP/2.0", "POST /v1/traces HTTP/2.0\r\nContent-Length: 0\r\n\r\n"),
    ("HTTP/0.9", "POST /v1/traces HTTP/0.9\r\nContent-Length: 0\r\n\r\n"),
    ("HTTP/0.9 without a version", "GET /v1/traces\r\n\r\n"),
    ("HTTP/1.10", "POST /v1/traces HTTP/1.10\r\nContent-Length: 0\r\n\r\n"),
    (
      "a length among trailers",
      start + "Transfer-Encoding: chunked\r\n\r\n5\r\nspans\r\n0\r\nContent-Length: 8\r\n\r\n"
    ),
  ])
  func `is answered 400, and nothing behind it is a request`(what: String, request: String) throws {
    for pieceByteCount in [1, .max] {
      let sink = RecordingSink()
      let connection = try HTTPConversation(sink)
      var bytes = Array((request + Self.smuggled).utf8)[...]
      while !bytes.isEmpty {
        try connection.send(Array(bytes.prefix(pieceByteCount)))
        bytes = bytes.dropFirst(pieceByteCount)
      }
      let answers = try connection.answers()
      #expect(answers.map(\.status) == [400], "\(what)")
      #expect(answers.first?.headers["connection"] == "close")
      #expect(sink.payloads.isEmpty)
      #expect(sink.refusals.map(\.reason) == ["malformed_http"])
      #expect(sink.budget.usedByteCount == 0)
    }
  }

  @Test(arguments: [
    "5;name=value\r\nspans\r\n0\r\n\r\n", "5;a=\"b;c\"\r\nspans\r\n0;last\r\n\r\n", "005\r\nspans\r\n000\r\n\r\n",
    "2\r\nsp\r\n3\r\nans\r\n0\r\nChecksum: x\r\nOther:\r\n\r\n",
  ])
  func `chunks are read as HTTP says, extensions and trailers passed over`(chunks: String) throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink)
    try connection.send(Self.start + "Transfer-Encoding: chunked\r\n\r\n" + chunks + Self.smuggled)
    #expect(try connection.answers().map(\.status) == [200, 200])
    #expect(sink.payloads == [Array("spans".utf8), Array("smuggled".utf8)])
  }

  @Test func `trailers are bounded as headers are`() throws {
    let sink = RecordingSink()
    let connection = try HTTPConversation(sink)
    let trailers = (0..<200).map { "T\($0): x\r\n" }.joined()
    try connection.send(Self.start + "Transfer-Encoding: chunked\r\n\r\n5\r\nspans\r\n0\r\n" + trailers + "\r\n")
    #expect(try connection.answers().map(\.status) == [400])
    #expect(sink.refusals == [.headerTooLarge])
  }
}
