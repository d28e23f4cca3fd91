import TraceModel

/// Which of a shape's values annotating looks at, and how to come by them without decoding the others.
///
/// A step for each attribute up to the last one that matters: what its value takes, and what it is wanted for.
struct ValuePlan {
  /// Among the steps of all plans.
  let begin: Int
  /// How many steps lead to the last value that tells an outcome, and to the last one that matters at all.
  let outcomeStepCount: Int
  let stepCount: Int
  /// Whether there is a URL that may name the peer when nothing else does.
  let hasURL: Bool
  /// The attribute that tells for how many spans one stands, if there is one.
  let samplingAttribute: SamplingAttribute?

  struct SamplingAttribute {
    var key: String
    var position: Int
  }

  // What a value takes.

  static var typeMask: UInt8 { 0x07 }
  static var nothing: UInt8 { 0 }
  static var text: UInt8 { 1 }
  static var number: UInt8 { 2 }
  static var oneByte: UInt8 { 3 }
  static var eightBytes: UInt8 { 4 }
  static var lengthAndBytes: UInt8 { 5 }

  /// What else names the same is not looked at unless this is empty.
  static var standsForOthers: UInt8 { 0x08 }

  // What it is wanted for.

  static var outcome: UInt8 { 0x10 }
  static var peer: UInt8 { 0x20 }
  static var url: UInt8 { 0x40 }
  /// Counts where there is no other.
  static var secondURL: UInt8 { 0x80 }

  private static let purposes: [String: UInt8] = {
    var purposes: [String: UInt8] = [:]
    for key in Outcome.attributeKeys { purposes[key] = outcome }
    for key in Peer.attributeKeys { purposes[key] = peer }
    return purposes
  }()

  /// Appends the steps.
  init(_ shape: AttributeShape, _ steps: inout [UInt8]) {
    begin = steps.count
    var (outcomeStepCount, stepCount, hasURL) = (0, 0, false)
    let purposes = Self.purposes(of: shape)
    for (position, purpose) in purposes.enumerated() {
      steps.append(shape.types[position].step | purpose)
      if purpose != 0 { stepCount = position + 1 }
      if purpose & Self.outcome != 0 { outcomeStepCount = position + 1 }
      if purpose & (Self.url | Self.secondURL) != 0 { hasURL = true }
    }
    steps.removeLast(purposes.count - stepCount)
    samplingAttribute =
      SamplingFactor.attributeKeys.lazy.compactMap { key in
        shape.position(of: key).map { SamplingAttribute(key: key, position: $0) }
      }.first
    (self.outcomeStepCount, self.stepCount, self.hasURL) = (outcomeStepCount, stepCount, hasURL)
  }

  /// By attribute. Of a key that stands there twice, the first counts.
  private static func purposes(of shape: AttributeShape) -> [UInt8] {
    var purposes = [UInt8](repeating: 0, count: shape.keys.count)
    var positions: [String: Int] = [:]
    for (position, key) in shape.keys.enumerated() where positions[key] == nil {
      positions[key] = position
      purposes[position] = Self.purposes[key] ?? 0
    }
    /// The attributes of which the first one that says something counts, in that order; only texts and numbers do.
    func speakers(_ keys: [String]) -> [Int] {
      keys.compactMap { positions[$0] }.filter { shape.types[$0] == .string || shape.types[$0] == .int }
    }
    for keys in [Peer.hostKeys, Peer.portKeys] {
      let speakers = speakers(keys)
      for other in speakers.dropFirst() {
        purposes[other] = 0
        purposes[speakers[0]] |= standsForOthers
      }
    }
    for (place, position) in speakers(Peer.urlKeys).enumerated() {
      // A URL that is a number hides the other one, and names nobody.
      if shape.types[position] == .int { break }
      purposes[position] = place == 0 ? url : secondURL
    }
    return purposes
  }

  /// Whether a span can mean anything by its attributes: it is one end of a call, or failed.
  @inline(__always) static func mayMatter(_ kind: Int32, _ isError: Bool) -> Bool { kind >= 2 && kind <= 5 || isError }

  /// Whether whom it names is asked of a span: of a CLIENT, PRODUCER or CONSUMER.
  @inline(__always) static func mayNamePeer(_ kind: Int32) -> Bool { kind >= 3 && kind <= 5 }

  /// Decodes what matters of a row, also what others stand for.
  static func attributes(of batch: SpanBatch, _ row: Int) throws(CodingError) -> [Attribute] {
    let shape = batch.shapes[Int(batch.shapeIndices[row])]
    var reader = ByteReader(batch.details[batch.detailRange(ofRow: row)])
    var attributes: [Attribute] = []
    for (key, type) in zip(shape.keys, shape.types) {
      if purposes[key] != nil || Peer.urlKeys.contains(key) {
        attributes.append(Attribute(key, try AttributeValue(type, from: &reader)))
      } else {
        try AttributeValue.skip(type, in: &reader)
      }
    }
    return attributes
  }
}

extension AttributeType {
  fileprivate var step: UInt8 {
    switch self {
    case .empty: ValuePlan.nothing
    case .string: ValuePlan.text
    case .bool: ValuePlan.oneByte
    case .int: ValuePlan.number
    case .double: ValuePlan.eightBytes
    case .bytes, .array, .keyValueList: ValuePlan.lengthAndBytes
    }
  }
}
