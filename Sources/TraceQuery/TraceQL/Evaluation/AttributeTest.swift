import TraceModel

/// An attribute of spans, or else of their resources, compared with a literal.
struct AttributeTest: Sendable {
  private let sign: TraceQLOperator
  private let literal: TraceQLValue
  /// Of a literal text.
  private let wanted: [UInt8]
  private let pattern: RegularExpression?
  /// By shape, where it stands among the attributes, or why none needs to be read.
  private let places: [Place]
  /// By resource: whether it holds where the span has no such attribute.
  private let otherwise: [Bool]

  private enum Place: Sendable {
    case at(Int)
    case absent
    /// The key and the type say it.
    case known(Bool)
  }

  init(
    _ key: String, _ sign: TraceQLOperator, _ literal: TraceQLLiteral, _ pattern: RegularExpression?,
    _ batch: SpanBatch, looksAtResources: Bool
  ) {
    let value = TraceQLValue(literal)
    (self.sign, self.literal, self.pattern) = (sign, value, pattern)
    if case .string(let text) = literal { wanted = Array(text.utf8) } else { wanted = [] }
    places = batch.shapes.map { shape in
      guard let position = shape.position(of: key) else { return .absent }
      if literal == .nil { return .known(sign == .notEqual) }
      return shape.types[position].mayCompare(with: literal) ? .at(position) : .known(false)
    }
    otherwise = batch.resources.map { resource in
      let attribute = looksAtResources ? resource.attributes[key] : nil
      if literal == .nil { return (attribute == nil) == (sign == .equal) }
      return attribute.map { TraceQLValue($0).holds(sign, value, pattern) } ?? false
    }
  }

  func holds(_ row: Int, _ columns: TraceQLColumns) throws(CodingError) -> Bool {
    switch places[Int(columns.batch.shapeIndices[row])] {
    case .known(let verdict): return verdict
    case .absent: return otherwise[Int(columns.batch.resourceIndices[row])]
    case .at(let position):
      var (reader, type) = try columns.attribute(at: position, ofRow: row)
      if type == .string { return try holds(forText: try reader.textBytes()) }
      return TraceQLValue(try AttributeValue(type, from: &reader)).holds(sign, literal, pattern)
    }
  }

  private func holds(forText text: ArraySlice<UInt8>) throws(CodingError) -> Bool {
    switch sign {
    case .equal: text.elementsEqual(wanted)
    case .notEqual: !text.elementsEqual(wanted)
    case .matches: pattern?.matches(text) ?? false
    case .matchesNot: pattern.map { !$0.matches(text) } ?? false
    case .less: text.lexicographicallyPrecedes(wanted)
    case .lessOrEqual: !wanted.lexicographicallyPrecedes(text)
    case .greater: wanted.lexicographicallyPrecedes(text)
    case .greaterOrEqual: !text.lexicographicallyPrecedes(wanted)
    default: false
    }
  }
}

extension AttributeType {
  /// Whether a value of the type may stand in any comparison with the literal that holds.
  fileprivate func mayCompare(with literal: TraceQLLiteral) -> Bool {
    switch (self, literal.type) {
    case (.array, _), (.string, .string), (.bool, .bool): true
    case (.int, let type), (.double, let type): type.isNumeric
    default: false
    }
  }
}
