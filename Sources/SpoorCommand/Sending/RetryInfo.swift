import FoundationEssentials
import NIOCore

/// google.rpc.RetryInfo, how a busy server says when to come again
/// (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling).
enum RetryInfo {
  private static let typeURL = "type.googleapis.com/google.rpc.RetryInfo"

  /// The delay in a google.rpc.Status in base64, if there is one: `grpc-status-details-bin`.
  static func delay(inDetails text: String) -> TimeAmount? {
    // gRPC leaves the padding out, and takes it.
    let digits = text.prefix { $0 != "=" }
    let padding = String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
    guard let status = Data(base64Encoded: digits + padding) else { return nil }
    for detail in Fields(Array(status)[...]) where detail.number == 3 {
      let any = Fields(detail.bytes)
      guard any.first(1).map({ String(decoding: $0, as: UTF8.self) }) == typeURL, let info = any.first(2),
        let duration = Fields(info).first(1)
      else { continue }
      return delay(of: Fields(duration))
    }
    return nil
  }

  /// Seconds and nanoseconds of a google.protobuf.Duration; nothing for one below zero or of more than a day.
  private static func delay(of duration: Fields) -> TimeAmount? {
    let (seconds, nanoseconds) = duration.reduce(into: (UInt64(0), UInt64(0))) { sums, field in
      if field.number == 1 { sums.0 = field.value }
      if field.number == 2 { sums.1 = field.value }
    }
    guard seconds <= 86_400, nanoseconds < 1_000_000_000 else { return nil }
    return .seconds(Int64(seconds)) + .nanoseconds(Int64(nanoseconds))
  }

  /// The fields of a message, as far as it is one.
  private struct Fields: Sequence, IteratorProtocol {
    struct Field {
      var number: UInt64
      /// Of a varint.
      var value: UInt64 = 0
      /// Of a field with a length.
      var bytes: ArraySlice<UInt8> = []
    }

    private var rest: ArraySlice<UInt8>

    init(_ message: ArraySlice<UInt8>) { rest = message }

    mutating func next() -> Field? {
      guard let tag = varint() else { return nil }
      switch tag & 7 {
      case 0: return varint().map { Field(number: tag >> 3, value: $0) }
      case 1: return content(8).map { Field(number: tag >> 3, bytes: $0) }
      case 2: return varint().flatMap { content($0) }.map { Field(number: tag >> 3, bytes: $0) }
      case 5: return content(4).map { Field(number: tag >> 3, bytes: $0) }
      default: return nil
      }
    }

    /// The content of the first field with this number.
    func first(_ number: UInt64) -> ArraySlice<UInt8>? { first { $0.number == number }?.bytes }

    private mutating func content(_ length: UInt64) -> ArraySlice<UInt8>? {
      guard length <= rest.count else { return nil }
      defer { rest = rest.dropFirst(Int(length)) }
      return rest.prefix(Int(length))
    }

    private mutating func varint() -> UInt64? {
      var value: UInt64 = 0
      for place in 0..<10 {
        guard let byte = rest.popFirst() else { return nil }
        value |= UInt64(byte & 0x7f) << (7 * UInt64(place))
        if byte < 0x80 { return value }
      }
      return nil
    }
  }
}
