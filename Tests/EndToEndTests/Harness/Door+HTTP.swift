/// An answer to an HTTP request.
struct HTTPReply: Sendable {
  var status: Int
  /// Names in lower case.
  var headers: [String: String]
  var body: [UInt8]
}

extension Door {
  /// POSTs to `/v1/traces`, or where else is said.
  /// - Parameter contentLength: What to say the length is, where that is not so; the body is then not waited for.
  func post(
    _ body: [UInt8], at path: String = "/v1/traces", contentType: String = "application/x-protobuf",
    headers: [String] = [], contentLength: Int? = nil
  ) async throws -> HTTPReply {
    try await connect { conversation in
      try await conversation.post(
        body, to: self, at: path, contentType: contentType, headers: headers, contentLength: contentLength)
    }
  }

  /// GETs a page and gives the status, as a browser of little ambition.
  func get(_ path: String, headers: [String] = []) async throws -> HTTPReply {
    try await connect { conversation in
      let lines = ["GET \(path) HTTP/1.1", "Host: \(self)", "Connection: close"] + headers
      try await conversation.write(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
      return try await conversation.readReply()
    }
  }
}

extension Conversation {
  /// POSTs to `/v1/traces`, or where else is said, on a connection that stays open.
  mutating func post(
    _ body: [UInt8], to door: Door, at path: String = "/v1/traces", contentType: String = "application/x-protobuf",
    headers: [String] = [],
    contentLength: Int? = nil
  ) async throws -> HTTPReply {
    let head = """
      POST \(path) HTTP/1.1\r\nHost: \(door)\r\nContent-Type: \(contentType)\r\n\
      \(headers.map { $0 + "\r\n" }.joined())\
      Content-Length: \(contentLength ?? body.count)\r\n\r\n
      """
    try await write(Array(head.utf8) + body)
    return try await readReply()
  }

  /// GETs a page on a connection that stays open.
  mutating func get(_ path: String, from door: Door) async throws -> HTTPReply {
    try await write(Array("GET \(path) HTTP/1.1\r\nHost: \(door)\r\n\r\n".utf8))
    return try await readReply()
  }

  /// - Throws: `NoReply` if the other side closes instead.
  mutating func readReply() async throws -> HTTPReply {
    guard let head = try await readHead() else { throw NoReply() }
    let lines = head.split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw NoReply()
    }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].drop { $0 == " " }.description
    }
    let length = headers["content-length"].flatMap { Int($0) } ?? (status == 204 ? 0 : .max)
    return HTTPReply(status: status, headers: headers, body: try await read(length))
  }

  struct NoReply: Error {}
}
