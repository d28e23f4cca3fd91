import TraceModel

/// For how many spans one stands that was sampled, in parts of 65,536.
struct SamplingFactor: Hashable {
  let parts: UInt64

  static let one = SamplingFactor(parts: 1 << 16)

  /// Nil for what is no factor: less than one, or not a number.
  init?(_ factor: Double) {
    guard factor >= 1 else { return nil }
    parts = UInt64((min(factor, LinkingLimits.samplingFactorMax) * 65_536).rounded())
  }

  init(parts: UInt64) {
    self.parts = min(max(parts, 1 << 16), UInt64(LinkingLimits.samplingFactorMax) << 16)
  }

  /// As a whole number: of a factor between two, one or the other by the trace, so that sums are right, and all spans of
  /// a trace stand for as many.
  func times(_ traceID: TraceID) -> UInt32 {
    let part = SpanPartitions.scatter(traceID) & 0xffff
    return UInt32(truncatingIfNeeded: (parts >> 16) &+ (part < parts & 0xffff ? 1 : 0))
  }
}

// MARK: - Where it stands

extension SamplingFactor {
  /// Of OpenTelemetry's member of a trace state: a rejection threshold `th`, of 56 bits without the zeros behind it, or
  /// the older `p`, a power of two. https://opentelemetry.io/docs/specs/otel/trace/tracestate-handling/
  init?(traceState: ArraySlice<UInt8>) {
    if traceState.isEmpty { return nil }
    for member in traceState.split(separator: UInt8(ascii: ",")) {
      let member = member.trimmed
      guard member.starts(with: Self.vendor) else { continue }
      for pair in member.dropFirst(Self.vendor.count).split(separator: UInt8(ascii: ";")) {
        let found =
          pair.starts(with: Self.threshold)
          ? Self.ofThreshold(pair.dropFirst(Self.threshold.count))
          : pair.starts(with: Self.power) ? Self.ofPower(pair.dropFirst(Self.power.count)) : nil
        if let found {
          self = found
          return
        }
      }
    }
    return nil
  }

  private static let vendor = Array("ot=".utf8)
  private static let threshold = Array("th:".utf8)
  private static let power = Array("p:".utf8)

  private static func ofThreshold(_ digits: ArraySlice<UInt8>) -> SamplingFactor? {
    guard !digits.isEmpty, digits.count <= 14, let number = UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
    else { return nil }
    let threshold = number << UInt64(4 * (14 - digits.count))
    let all: UInt64 = 1 << 56
    return SamplingFactor(Double(all) / Double(all - threshold))
  }

  private static func ofPower(_ digits: ArraySlice<UInt8>) -> SamplingFactor? {
    guard let power = UInt64(String(decoding: digits, as: UTF8.self)), power < 63 else { return nil }
    return SamplingFactor(Double(UInt64(1) << power))
  }

  /// The attributes that say it.
  static let attributeKeys = [
    SemanticAttributes.samplingRatio, SemanticAttributes.samplingProbability, SemanticAttributes.sampleRatio,
    SemanticAttributes.sampleRate,
  ]

  init?(key: String, _ value: AttributeValue) {
    let number: Double? =
      switch value {
      case .double(let number): number
      case .int(let number): Double(number)
      case .string(let text): Double(text)
      default: nil
      }
    guard let number, number > 0 else { return nil }
    self.init(key == SemanticAttributes.sampleRate ? number : 1 / number)
  }
}

extension ArraySlice<UInt8> {
  fileprivate var trimmed: ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    return drop(while: isSpace)
  }
}
