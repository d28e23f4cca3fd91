import Glibc

extension PromQLEvaluation {
  func value(
    of function: PromQLFunction, _ arguments: [PromQLExpression]
  ) throws(PromQLError) -> PromQLValue {
    switch function {
    case .rate, .increase: return .vector(try unique(counted(function, arguments[0])))
    case .histogramQuantile:
      return .vector(try unique(quantiles(try scalar(arguments[0]), try vector(arguments[1]))))
    case .histogramCount: return .vector(try histograms(arguments[0]) { $0.count })
    case .histogramSum: return .vector(try histograms(arguments[0]) { $0.sum })
    case .histogramAvg: return .vector(try histograms(arguments[0]) { $0.sum / $0.count })
    case .labelReplace: return .vector(try unique(replaced(arguments)))
    case .labelJoin: return .vector(try unique(joined(arguments)))
    case .vector: return .vector([PromQLSample(MetricLabels(), try scalar(arguments[0]))])
    case .scalar:
      let samples = try vector(arguments[0])
      return .scalar(samples.count == 1 ? samples[0].float ?? .nan : .nan)
    case .time: return .scalar(time)
    case .absent: return .vector(try absent(arguments[0]))
    case .sort, .sortDescending: return .vector(try sorted(arguments[0], isDescending: function == .sortDescending))
    case .clamp:
      let (least, most) = (try scalar(arguments[1]), try scalar(arguments[2]))
      return .vector(least > most ? [] : try floats(arguments[0]) { clamped($0, least, most) })
    case .clampMin:
      let least = try scalar(arguments[1])
      return .vector(try floats(arguments[0]) { clamped($0, least, .infinity) })
    case .clampMax:
      let most = try scalar(arguments[1])
      return .vector(try floats(arguments[0]) { clamped($0, -.infinity, most) })
    case .abs, .ceil, .floor, .exp, .ln, .log2, .log10, .sqrt, .round, .sgn:
      return .vector(try floats(arguments[0]) { Self.computed(function, $0) })
    }
  }

  private func clamped(_ number: Double, _ least: Double, _ most: Double) -> Double {
    number.isNaN || least.isNaN || most.isNaN ? .nan : max(least, min(most, number))
  }

  private static func computed(_ function: PromQLFunction, _ number: Double) -> Double {
    switch function {
    case .abs: Swift.abs(number)
    case .ceil: number.rounded(.up)
    case .floor: number.rounded(.down)
    case .exp: Glibc.exp(number)
    case .ln: Glibc.log(number)
    case .log2: Glibc.log2(number)
    case .log10: Glibc.log10(number)
    case .sqrt: number.squareRoot()
    case .round: (number + 0.5).rounded(.down)
    case .sgn: number.isNaN ? number : number > 0 ? 1 : number < 0 ? -1 : 0
    default: number
    }
  }

  private func floats(
    _ part: PromQLExpression, _ change: (Double) -> Double
  ) throws(PromQLError) -> [PromQLSample] {
    // A loop: the optimizer of Swift 6.3.1 does not survive the closures that would say the same.
    var changed: [PromQLSample] = []
    for sample in try vector(part) {
      guard let number = sample.float else { continue }
      changed.append(PromQLSample(sample.labels.nameless, change(number)))
    }
    return try unique(changed)
  }

  private func histograms(
    _ part: PromQLExpression, _ read: (MetricHistogram) -> Double
  ) throws(PromQLError) -> [PromQLSample] {
    try unique(
      try vector(part).compactMap { sample in
        guard case .histogram(let histogram) = sample.value else { return nil }
        return PromQLSample(sample.labels.nameless, read(histogram))
      })
  }

  /// What was counted in a range. It is exact, so nothing is guessed at its ends.
  private func counted(_ function: PromQLFunction, _ part: PromQLExpression) -> [PromQLSample] {
    guard case .selector(let number) = part else { return [] }
    let (input, range) = (inputs[number], Double(query.selectors[number].range ?? 0) / 1e9)
    guard input.seconds > 0 else { return [] }
    // Divided once, so that what is a round number stays one.
    let divisor = function == .rate ? input.seconds : input.seconds / range
    return input.samples(at: step).map { sample in
      sample.nameless { value in
        if divisor == 1 { return value }
        if case .float(let float) = value { return .float(float / divisor) }
        return value.scaled(by: 1 / divisor)
      }
    }
  }

  private func absent(_ part: PromQLExpression) throws(PromQLError) -> [PromQLSample] {
    guard try vector(part).isEmpty else { return [] }
    var labels = MetricLabels()
    if case .selector(let number) = part {
      for matcher in query.selectors[number].matchers
      where matcher.sign == .equal && matcher.name != MetricLabels.metricName {
        labels[matcher.name] = matcher.value
      }
    }
    return [PromQLSample(labels, 1)]
  }

  private func sorted(_ part: PromQLExpression, isDescending: Bool) throws(PromQLError) -> [PromQLSample] {
    let samples = try vector(part).filter { $0.float != nil }
    return samples.sorted { PromQLSample.comes($0, before: $1, isDescending: isDescending) }
  }

  /// Only a constant, or a copy of a whole value: groups within a pattern cannot be told apart here.
  private func replaced(_ arguments: [PromQLExpression]) throws(PromQLError) -> [PromQLSample] {
    let samples = try vector(arguments[0])
    let (target, replacement) = (try text(arguments[1]), try text(arguments[2]))
    let (source, written) = (try text(arguments[3]), try text(arguments[4]))
    try Self.checkLabelName(target, "destination", of: "label_replace")
    let isCopy = (replacement == "$1" || replacement == "${1}") && (written == "(.*)" || written == "(.+)")
    guard isCopy || !replacement.contains("$") else {
      throw PromQLError(
        "label_replace: \(replacement) is not supported with \(written); take a constant, or $1 of (.*)")
    }
    let pattern: RegularExpression
    do throws(RegularExpressionError) { pattern = try RegularExpression(written) } catch {
      throw PromQLError("label_replace: error parsing regexp: \(error)")
    }
    return samples.map { sample in
      let value = sample.labels[source]
      guard pattern.matches(value) else { return sample }
      return PromQLSample(sample.labels.with(target, isCopy ? value : replacement), sample.value)
    }
  }

  private static func checkLabelName(_ name: String, _ role: String, of function: String) throws(PromQLError) {
    let isName = name.utf8.enumerated().allSatisfy { place, byte in
      byte == UInt8(ascii: "_") || (97...122).contains(byte | 0x20) || (place > 0 && (48...57).contains(byte))
    }
    if name.isEmpty || !isName {
      throw PromQLError("invalid \(role) label name in \(function)(): \"\(name.prefix(64))\"")
    }
  }

  private func joined(_ arguments: [PromQLExpression]) throws(PromQLError) -> [PromQLSample] {
    let samples = try vector(arguments[0])
    let (target, separator) = (try text(arguments[1]), try text(arguments[2]))
    var sources: [String] = []
    for argument in arguments.dropFirst(3) { sources.append(try text(argument)) }
    for source in sources { try Self.checkLabelName(source, "source", of: "label_join") }
    try Self.checkLabelName(target, "destination", of: "label_join")
    var result: [PromQLSample] = []
    for sample in samples {
      let value = sources.map { sample.labels[$0] }.joined(separator: separator)
      // Joined to itself again and again it would grow without end.
      guard value.utf8.count <= QueryLimits.promQLJoinedBytesMax else {
        throw PromQLError("label_join: a value would have more than \(QueryLimits.promQLJoinedBytesMax) bytes")
      }
      result.append(PromQLSample(sample.labels.with(target, value), sample.value))
    }
    return result
  }
}

extension PromQLSample {
  /// By value, what is no number last, and equals by their labels.
  static func comes(_ one: PromQLSample, before other: PromQLSample, isDescending: Bool) -> Bool {
    let (left, right) = (one.float ?? .nan, other.float ?? .nan)
    if left.isNaN || right.isNaN { return left.isNaN == right.isNaN ? one.labels < other.labels : right.isNaN }
    if left == right { return one.labels < other.labels }
    return isDescending ? left > right : left < right
  }
}
