import TraceModel

/// The values of a field in the rows of a batch, each different one once.
struct FieldCodes {
  /// By row of the batch, the position of its value.
  private(set) var codes: [UInt32] = []
  private(set) var values: [AttributeValue] = []

  /// - Parameters:
  ///   - rows: those that are asked about; the codes of others mean nothing.
  ///   - value: what a field is for a row, for those that no column has.
  init(
    _ field: TraceQLField, _ batch: SpanBatch, rows: [Int],
    _ value: (TraceQLField, Int) throws(CodingError) -> TraceQLValue
  ) throws(CodingError) {
    switch field {
    case .attribute(.resource, let key):
      codes = batch.resourceIndices
      values = batch.resources.map { $0.attributes[key] ?? .empty }
    case .intrinsic(.name):
      codes = batch.nameIndices
      values = batch.names.map { .string($0) }
    case .intrinsic(.status): intern(batch.statusCodes, rows) { .string($0.description) }
    case .intrinsic(.kind): intern(batch.kinds, rows) { .string($0.description) }
    case .attribute(.span, let key), .attribute(.any, let key):
      try read(key, batch, rows, isAny: field == .attribute(.any, key))
    default:
      codes = [UInt32](repeating: 0, count: batch.count)
      var known: [TraceQLValue: UInt32] = [:]
      for row in rows {
        let found = try value(field, row)
        codes[row] =
          known[found]
          ?? {
            let code = UInt32(values.count)
            known[found] = code
            values.append(found.label)
            return code
          }()
      }
    }
  }

  private mutating func intern<Element: Hashable>(
    _ column: [Element], _ rows: [Int], _ value: (Element) -> AttributeValue
  ) {
    codes = [UInt32](repeating: 0, count: column.count)
    var known: [Element: UInt32] = [:]
    var last: (element: Element, code: UInt32)?
    for row in rows {
      if let last, last.element == column[row] {
        codes[row] = last.code
        continue
      }
      let code = known[column[row]] ?? UInt32(values.count)
      if code == values.count {
        known[column[row]] = code
        values.append(value(column[row]))
      }
      codes[row] = code
      last = (column[row], code)
    }
  }

  private mutating func read(
    _ key: String, _ batch: SpanBatch, _ rows: [Int], isAny: Bool
  ) throws(CodingError) {
    let selection = AttributeSelection([key], in: batch)
    let ofResources = batch.resources.map { isAny ? $0.attributes[key] ?? .empty : .empty }
    codes = [UInt32](repeating: 0, count: batch.count)
    var known: [AttributeValue: UInt32] = [:]
    var found: [AttributeValue?] = []
    for row in rows {
      var value = ofResources[Int(batch.resourceIndices[row])]
      if selection.isAny(in: row, of: batch) {
        try selection.read(row, of: batch, into: &found)
        if let own = found[0] { value = own }
      }
      let code = known[value] ?? UInt32(values.count)
      if code == values.count {
        known[value] = code
        values.append(value)
      }
      codes[row] = code
    }
  }
}

extension TraceQLValue {
  /// As a label. What is absent is empty.
  var label: AttributeValue {
    switch self {
    case .absent: .empty
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    case .bool(let flag): .bool(flag)
    default: AttributeValue.string(description).asLabel
    }
  }
}

extension AttributeValue {
  /// Without what a label has no room for: the rest of a long text, and all of what is no single value.
  var asLabel: AttributeValue {
    switch self {
    case .empty, .int, .double, .bool: return self
    case .bytes, .array, .keyValueList: return .string(TraceQLValue(self).description).asLabel
    case .string(let text):
      guard text.utf8.count > QueryLimits.labelBytesMax else { return self }
      let bytes = text.utf8.prefix(QueryLimits.labelBytesMax)
      // Not through the middle of a character.
      let end = bytes.lastIndex { $0 & 0xc0 != 0x80 } ?? bytes.startIndex
      return .string(String(decoding: bytes[..<end], as: UTF8.self) + "…")
    }
  }
}
