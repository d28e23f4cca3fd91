import TraceModel

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
    package var labels: [Label]
    package var value: Double

    package init(_ value: Double, labels: [Label] = []) {
      self.labels = labels
      self.value = value
    }
  }

  /// Something that has been measured, to be looked at.
  package struct Exemplar: Hashable, Sendable {
    /// What to look it up by; all names and values together at most 128 characters.
    package var labels: [Label]
    package var value: Double
    package var time: Timestamp

    package init(_ value: Double, at time: Timestamp, labels: [Label]) {
      self.labels = labels
      self.value = value
      self.time = time
    }
  }

  package struct Histogram: Hashable, Sendable {
    package var labels: [Label]
    /// Rising; beyond the last there is one more bucket.
    package var bounds: [Double]
    /// How many values were at most as large as each bound.
    package var counts: [UInt64]
    package var count: UInt64
    package var sum: Double
    /// At most one for each bucket, by its place.
    package var exemplars: [Int: Exemplar] = [:]
    /// The same values in finer buckets, for who can read them.
    package var native: NativeBuckets?

    /// - Parameter counts: up to each bound.
    package init(labels: [Label], bounds: [Double], counts: [UInt64], count: UInt64, sum: Double) {
      self.labels = labels
      self.bounds = bounds
      self.counts = counts
      self.count = count
      self.sum = sum
    }
  }

  /// Buckets of a native histogram: each with its index, in rising order, and how many values are in it alone.
  package struct NativeBuckets: Hashable, Sendable {
    package var schema: Int
    package var zeroCount: UInt64
    package var indices: [Int]
    package var counts: [UInt64]

    package init(schema: Int, zeroCount: UInt64, indices: [Int], counts: [UInt64]) {
      self.schema = schema
      self.zeroCount = zeroCount
      self.indices = indices
      self.counts = counts
    }
  }

  /// Letters, digits, underscores and colons; a counter's ends in `_total`.
  package var name: String
  /// A sentence.
  package var help: String
  package var kind: Kind
  /// Of counters and gauges.
  package var samples: [Sample]
  package var histograms: [Histogram] = []

  package init(_ kind: Kind, _ name: String, _ help: String, _ samples: [Sample]) {
    self.kind = kind
    self.name = name
    self.help = help
    self.samples = samples
  }

  package init(_ name: String, _ help: String, _ histograms: [Histogram]) {
    self.init(.histogram, name, help, [])
    self.histograms = histograms
  }

  /// Whether there is nothing to tell.
  var isEmpty: Bool { samples.isEmpty && histograms.isEmpty }
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
    var sums: [UInt64] = []
    for count in counts {
      total &+= count
      sums.append(total)
    }
    self.init(
      name, help,
      [Histogram(labels: [], bounds: bounds, counts: Array(sums.prefix(bounds.count)), count: total, sum: sum)])
  }
}
