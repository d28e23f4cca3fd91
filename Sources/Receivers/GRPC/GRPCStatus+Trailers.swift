import NIOHPACK

extension GRPCStatus {
  /// What the last header of an answer says of the status.
  func addTrailers(to headers: inout HPACKHeaders) {
    headers.add(name: "grpc-status", value: String(code.rawValue), indexing: .indexable)
    // Neither comes often enough for the peer's table.
    if !message.isEmpty {
      headers.add(name: "grpc-message", value: Self.percentEncoded(message), indexing: .nonIndexable)
    }
    if let details {
      headers.add(name: "grpc-status-details-bin", value: Self.base64(details), indexing: .nonIndexable)
    }
  }

  /// A google.rpc.Status with a google.rpc.RetryInfo in its details, for who is to try again
  /// (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling).
  var details: [UInt8]? {
    guard let retryAfter else { return nil }
    // Duration.seconds and RetryInfo.retry_delay.
    let duration: [UInt8] = [0x08] + Self.varint(retryAfter)
    let retryInfo = Self.field(1, duration)
    let packed = Self.field(1, Array("type.googleapis.com/google.rpc.RetryInfo".utf8)) + Self.field(2, retryInfo)
    return [0x08] + Self.varint(code.rawValue) + Self.field(2, Array(message.utf8)) + Self.field(3, packed)
  }

  /// A field of bytes in protobuf's encoding; the number is below 16.
  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2] + varint(bytes.count) + bytes
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var (bytes, rest) = ([UInt8](), UInt(value))
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// Printable ASCII but for `%` as it is, every other byte of UTF-8 as `%` and two digits.
  static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "%") {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Without padding, as gRPC asks for in headers whose name ends with `-bin`.
  static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0...group.count { text.append(digits[bits >> (18 - 6 * place) & 63]) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
