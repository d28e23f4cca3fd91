/// All figures of one name, as a monitoring system reads them.
package struct MetricFamily: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable {
    case counter, gauge, histogram
  }

  package struct Label: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package struct Sample: Hashable, Sendable {
    /// What follows the family's name: nothing, or `_bucket`, `_sum` or `_count`.
    package var suffix: String
    package var labels: [Label]
    package var value: Double

    package init(_ value: Double, labels: [Label] = [], suffix: String = "") {
      self.suffix = suffix
      self.labels = labels
      self.value = value
    }
  }

  /// Letters, digits, underscores and colons; a counter's ends in `_total`.
  package var name: String
  /// A sentence.
  package var help: String
  package var kind: Kind
  package var samples: [Sample]

  package init(_ kind: Kind, _ name: String, _ help: String, _ samples: [Sample]) {
    self.kind = kind
    self.name = name
    self.help = help
    self.samples = samples
  }
}

extension MetricFamily {
  /// One figure without labels.
  package init(_ kind: Kind, _ name: String, _ help: String, _ value: Double) {
    self.init(kind, name, help, [Sample(value)])
  }

  /// One figure for each value of a label, in the values' order.
  package init(_ kind: Kind, _ name: String, _ help: String, by label: String, _ values: [String: UInt64]) {
    let samples = values.sorted { $0.key < $1.key }.map { Sample(Double($0.value), labels: [Label(label, $0.key)]) }
    self.init(kind, name, help, samples)
  }

  /// How many values were at most as large as each bound, and their sum.
  /// - Parameter counts: not cumulative; one for each bound, and one more for what is above the last.
  package init(histogram name: String, _ help: String, bounds: [Double], counts: [UInt64], sum: Double) {
    var total: UInt64 = 0
    var samples: [Sample] = []
    for (bound, count) in zip(bounds + [.infinity], counts) {
      total += count
      samples.append(Sample(Double(total), labels: [Label("le", PrometheusText.number(bound))], suffix: "_bucket"))
    }
    samples += [Sample(sum, suffix: "_sum"), Sample(Double(total), suffix: "_count")]
    self.init(.histogram, name, help, samples)
  }
}
