import TraceModel

/// A moment as RFC 3339 in JSON.
struct TimeShape: Codable {
  var time: Timestamp

  init(_ time: Timestamp) {
    self.time = time
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let time = Timestamp(rfc3339: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a time of RFC 3339")
    }
    self.time = time
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(time.description)
  }
}
