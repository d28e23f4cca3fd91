import FoundationEssentials
import TraceModel

extension TraceID {
  /// Up to 32 hexadecimal digits, or the 16 bytes in base64 of either alphabet, as protobuf's JSON has them.
  init(jaeger text: String) throws(APIError) {
    if let id = TraceID(hex: text) {
      self = id
      return
    }
    let standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    let padded = String(standard) + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    guard text.utf8.count <= 24, let data = Data(base64Encoded: padded), let id = TraceID(bytes: data), !id.isZero
    else {
      throw APIError(
        .badRequest,
        "\"\(text.prefix(100))\" is not a trace ID: 1 to 32 hexadecimal digits, or 16 bytes in base64, not all zero")
    }
    self = id
  }
}
