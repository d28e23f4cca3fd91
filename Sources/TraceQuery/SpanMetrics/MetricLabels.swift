/// The labels of a series, in the order of their names. One without a value is as good as none, as in Prometheus.
package struct MetricLabels: Hashable, Sendable {
  package struct Label: Hashable, Sendable {
    package var name: String
    package var value: String
  }

  package private(set) var all: [Label]

  package init() { all = [] }

  init(_ pairs: [(name: String, value: String)]) {
    all = pairs.filter { !$0.value.isEmpty }.map { Label(name: $0.name, value: $0.value) }.sorted { $0.name < $1.name }
  }

  /// The label that says what is counted.
  package static let metricName = "__name__"

  /// Empty where there is none.
  package subscript(_ name: String) -> String {
    get { all.first { $0.name == name }?.value ?? "" }
    set {
      all.removeAll { $0.name == name }
      if newValue.isEmpty { return }
      all.insert(Label(name: name, value: newValue), at: all.firstIndex { $0.name > name } ?? all.count)
    }
  }

  func with(_ name: String, _ value: String) -> MetricLabels {
    var labels = self
    labels[name] = value
    return labels
  }

  func keeping(_ names: [String]) -> MetricLabels {
    var labels = self
    labels.all.removeAll { !names.contains($0.name) }
    return labels
  }

  func dropping(_ names: [String]) -> MetricLabels {
    var labels = self
    labels.all.removeAll { names.contains($0.name) }
    return labels
  }

  /// Without what is counted, once it has been made something else.
  var nameless: MetricLabels { dropping([Self.metricName]) }
}

extension MetricLabels: Comparable {
  package static func < (left: MetricLabels, right: MetricLabels) -> Bool {
    for (one, other) in zip(left.all, right.all) where one != other {
      return (one.name, one.value) < (other.name, other.value)
    }
    return left.all.count < right.all.count
  }
}

extension MetricLabels: CustomStringConvertible {
  /// As PromQL writes them: `name{a="b"}`.
  package var description: String {
    let others = all.filter { $0.name != Self.metricName }.map { "\($0.name)=\"\($0.value)\"" }
    return self[Self.metricName] + "{" + others.joined(separator: ", ") + "}"
  }
}
