extension Conversation {
  /// Sends one frame of Spoor's TCP protocol: a 4-byte big-endian length, then a request.
  func write(frame body: [UInt8], length: Int? = nil) async throws {
    try await write(Self.bigEndian(length ?? body.count) + body)
  }

  /// The response in the next frame; nil if the other side closes instead.
  mutating func readFrame() async throws -> ExportResponse? {
    let prefix = try await read(4)
    guard prefix.count == 4 else { return nil }
    return ExportResponse(parsing: try await read(prefix.reduce(0) { $0 << 8 | Int($1) }))
  }

  private static func bigEndian(_ length: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
  }
}
