import TraceModel

/// Checks conditions on attributes of spans, row by row of one batch.
struct AttributeMatcher {
  private let conditions: [SpanFilter.Condition]
  /// By condition: which of the selected values it is about.
  private let numbers: [Int]
  private let selection: AttributeSelection
  /// By resource, then by condition: whether it holds where the span has no such attribute.
  private let fallbacks: [[Bool]]

  init(_ conditions: [SpanFilter.Condition], _ batch: SpanBatch) {
    self.conditions = conditions
    var keys: [String] = []
    var numbers: [Int] = []
    for condition in conditions {
      let key = condition.attributeKey
      if !keys.contains(key) { keys.append(key) }
      numbers.append(keys.firstIndex(of: key) ?? 0)
    }
    self.numbers = numbers
    selection = AttributeSelection(keys, in: batch)
    fallbacks = batch.resources.map { resource in
      conditions.map { $0.looksAtResources && ResourceVerdict.holds($0, resource) }
    }
  }

  func holds(_ row: Int, _ batch: SpanBatch) throws(CodingError) -> Bool {
    let fallback = fallbacks[Int(batch.resourceIndices[row])]
    guard selection.isAny(in: row, of: batch) else { return fallback.allSatisfy { $0 } }
    var values: [AttributeValue?] = []
    try selection.read(row, of: batch, into: &values)
    for (number, condition) in conditions.enumerated() {
      let holds = values[numbers[number]].map { condition.holds(for: $0) } ?? fallback[number]
      if !holds { return false }
    }
    return true
  }
}

extension SpanFilter.Condition {
  fileprivate var attributeKey: String {
    switch self {
    case .attribute(_, let key, _), .hasAttribute(_, let key): key
    default: ""
    }
  }

  fileprivate var looksAtResources: Bool {
    switch self {
    case .attribute(.any, _, _), .hasAttribute(.any, _): true
    default: false
    }
  }

  fileprivate func holds(for value: AttributeValue) -> Bool {
    if case .attribute(_, _, let wanted) = self { wanted.equals(value) } else { true }
  }
}
