import Glibc

/// Works out a query at one moment after the other, once what its selectors mean has been found.
struct PromQLEvaluation {
  let query: PromQLQuery
  /// By the number of the selector.
  let inputs: [any PromQLInput]
  var step = 0
  /// Unix seconds.
  var time = 0.0

  init(_ query: PromQLQuery, _ inputs: [any PromQLInput]) {
    self.query = query
    self.inputs = inputs
  }

  func value() throws(PromQLError) -> PromQLValue { try value(of: query.root) }

  func value(of expression: PromQLExpression) throws(PromQLError) -> PromQLValue {
    switch expression {
    case .number(let number): .scalar(number)
    case .string(let text): .string(text)
    case .selector(let number): .vector(inputs[number].samples(at: step))
    case .call(let function, let arguments): try value(of: function, arguments)
    case .aggregate(let aggregation, let part): .vector(try aggregated(aggregation, try vector(part)))
    case .binary(let operation, let left, let right):
      try value(of: operation, try value(of: left), try value(of: right))
    case .negative(let part):
      switch try value(of: part) {
      case .scalar(let number): .scalar(-number)
      case .vector(let samples): .vector(try unique(samples.map { $0.nameless { $0.scaled(by: -1) } }))
      case .string(let text): .string(text)
      }
    }
  }

  /// - Precondition: the parser saw that it is one.
  func vector(_ expression: PromQLExpression) throws(PromQLError) -> [PromQLSample] {
    guard case .vector(let samples) = try value(of: expression) else { return [] }
    return samples
  }

  func scalar(_ expression: PromQLExpression) throws(PromQLError) -> Double {
    guard case .scalar(let number) = try value(of: expression) else { return .nan }
    return number
  }

  func text(_ expression: PromQLExpression) throws(PromQLError) -> String {
    guard case .string(let text) = try value(of: expression) else { return "" }
    return text
  }

  /// Two series of the same labels would be one.
  func unique(_ samples: [PromQLSample]) throws(PromQLError) -> [PromQLSample] {
    guard Set(samples.map(\.labels)).count == samples.count else {
      throw PromQLError("vector cannot contain metrics with the same labelset")
    }
    return samples
  }
}

extension PromQLSample {
  func nameless(_ change: (Value) -> Value) -> PromQLSample { PromQLSample(labels.nameless, change(value)) }
}

extension PromQLSample.Value {
  func scaled(by factor: Double) -> Self {
    switch self {
    case .float(let float): .float(float * factor)
    case .histogram(let histogram): .histogram(histogram.scaled(by: factor))
    }
  }
}
