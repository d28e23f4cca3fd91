import Glibc

extension PromQLEvaluation {
  func value(
    of operation: PromQLOperation, _ left: PromQLValue, _ right: PromQLValue
  ) throws(PromQLError) -> PromQLValue {
    switch (left, right) {
    case (.scalar(let one), .scalar(let other)):
      return .scalar(Self.number(operation.operation, one, other))
    case (.vector(let samples), .scalar(let number)):
      return .vector(
        try unique(
          samples.compactMap { sample in
            Self.combined(operation, sample.value, .float(number), kept: sample.value)
              .map { PromQLSample(operation.named(sample.labels), $0) }
          }))
    case (.scalar(let number), .vector(let samples)):
      return .vector(
        try unique(
          samples.compactMap { sample in
            Self.combined(operation, .float(number), sample.value, kept: sample.value)
              .map { PromQLSample(operation.named(sample.labels), $0) }
          }))
    case (.vector(let one), .vector(let other)):
      if operation.operation.isOfSets { return .vector(Self.sets(operation, one, other)) }
      return .vector(try matched(operation, one, other))
    default: throw PromQLError("an operator stands between numbers and instant vectors")
    }
  }

  // MARK: Numbers

  private static func number(_ operation: PromQLOperation.Operator, _ left: Double, _ right: Double) -> Double {
    switch operation {
    case .plus: left + right
    case .minus: left - right
    case .times: left * right
    case .over: left / right
    case .modulo: fmod(left, right)
    case .power: pow(left, right)
    default: compares(operation, left, right) ? 1 : 0
    }
  }

  private static func compares(_ operation: PromQLOperation.Operator, _ left: Double, _ right: Double) -> Bool {
    switch operation {
    case .equal: left == right
    case .unequal: left != right
    case .less: left < right
    case .lessOrEqual: left <= right
    case .greater: left > right
    case .greaterOrEqual: left >= right
    default: false
    }
  }

  /// - Parameter kept: what a comparison comes to that is true.
  /// - Returns: nil if there is nothing, as for a comparison that is not true.
  private static func combined(
    _ operation: PromQLOperation, _ left: PromQLSample.Value, _ right: PromQLSample.Value, kept: PromQLSample.Value
  ) -> PromQLSample.Value? {
    switch (left, right) {
    case (.float(let one), .float(let other)):
      guard operation.operation.isComparison else { return .float(number(operation.operation, one, other)) }
      let isTrue = compares(operation.operation, one, other)
      return operation.isBool ? .float(isTrue ? 1 : 0) : isTrue ? kept : nil
    case (.histogram(let histogram), .float(let factor)):
      switch operation.operation {
      case .times: return .histogram(histogram.scaled(by: factor))
      case .over: return .histogram(histogram.scaled(by: 1 / factor))
      default: return nil
      }
    case (.float(let factor), .histogram(let histogram)):
      return operation.operation == .times ? .histogram(histogram.scaled(by: factor)) : nil
    case (.histogram(var sum), .histogram(let more)):
      guard operation.operation == .plus || operation.operation == .minus else { return nil }
      sum += operation.operation == .plus ? more : more.scaled(by: -1)
      return .histogram(sum)
    }
  }

  // MARK: Series

  private static func sets(
    _ operation: PromQLOperation, _ left: [PromQLSample], _ right: [PromQLSample]
  ) -> [PromQLSample] {
    if operation.operation == .or {
      let known = Set(left.map { operation.signature(of: $0.labels) })
      return left + right.filter { !known.contains(operation.signature(of: $0.labels)) }
    }
    let known = Set(right.map { operation.signature(of: $0.labels) })
    return left.filter { known.contains(operation.signature(of: $0.labels)) == (operation.operation == .and) }
  }

  private func matched(
    _ operation: PromQLOperation, _ left: [PromQLSample], _ right: [PromQLSample]
  ) throws(PromQLError) -> [PromQLSample] {
    let isMirrored = operation.many == .right
    let (many, one) = isMirrored ? (right, left) : (left, right)
    var partners: [MetricLabels: PromQLSample] = [:]
    for sample in one where partners.updateValue(sample, forKey: operation.signature(of: sample.labels)) != nil {
      throw PromQLError(
        "found duplicate series for the match group \(operation.signature(of: sample.labels)) on the "
          + "\(isMirrored ? "left" : "right") hand-side of the operation; many-to-many matching not allowed: "
          + "matching labels must be unique on one side")
    }
    var matched: Set<MetricLabels> = []
    var result: [PromQLSample] = []
    for sample in many {
      let signature = operation.signature(of: sample.labels)
      guard let partner = partners[signature] else { continue }
      let (own, other) = isMirrored ? (partner.value, sample.value) : (sample.value, partner.value)
      guard let value = Self.combined(operation, own, other, kept: own) else { continue }
      if operation.many == .one && !matched.insert(signature).inserted {
        throw PromQLError("multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)")
      }
      result.append(PromQLSample(operation.labels(of: sample.labels, with: partner.labels), value))
    }
    guard Set(result.map(\.labels)).count == result.count else {
      throw PromQLError("multiple matches for labels: grouping labels must ensure unique matches")
    }
    return result
  }
}

extension PromQLOperation {
  /// What it comes to is no longer what the name says, unless it was only picked.
  fileprivate func named(_ labels: MetricLabels) -> MetricLabels {
    operation.isComparison && !isBool ? labels : labels.nameless
  }

  fileprivate func labels(of many: MetricLabels, with one: MetricLabels) -> MetricLabels {
    var result = named(many)
    if self.many == .one { return isOn ? result.keeping(labels) : result.dropping(labels) }
    for name in included { result[name] = one[name] }
    return result
  }
}
