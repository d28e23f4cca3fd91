import TraceModel

/// Counts the values of all attributes of spans, those of a selection and the others apart.
struct ComparisonFold {
  private struct Counts {
    var selection: [UInt64]
    var baseline: [UInt64]
    var selectionSum: UInt64 = 0
    var baselineSum: UInt64 = 0

    init(columns: Int) {
      (selection, baseline) = ([UInt64](repeating: 0, count: columns), [UInt64](repeating: 0, count: columns))
    }

    mutating func add(_ count: UInt64, _ column: Int, isSelected: Bool) {
      if isSelected {
        selection[column] &+= count
        selectionSum &+= count
      } else {
        baseline[column] &+= count
        baselineSum &+= count
      }
    }
  }

  private struct Key {
    var total: Counts
    var values: [AttributeValue: Counts] = [:]
  }

  private let comparison: TraceQLComparison
  private let columns: SpanMetrics.Columns
  private var keys: [String: Key] = [:]
  private var valueCount = 0
  /// By hash: a few that share one are one.
  private var dropped: Set<Int> = []
  private let valueCountMax: Int
  private(set) var spans: UInt64 = 0

  init(_ comparison: TraceQLComparison, _ columns: SpanMetrics.Columns) {
    self.comparison = comparison
    self.columns = columns
    valueCountMax = max(1, QueryLimits.metricsFiguresMax / (2 * max(1, columns.count)))
  }

  /// - Parameters:
  ///   - batch: with details.
  ///   - selected: those of `rows` for which the comparison's condition holds.
  mutating func add(_ batch: SpanBatch, rows: [Int], selected: Set<Int>) throws(CodingError) {
    // Neighbours share what tells them apart here, so that most of it is counted once a block.
    struct Group: Hashable {
      var entry: UInt32
      var column: Int
      var isSelected: Bool
    }
    var (resources, names, kinds, codes): ([Group: UInt64], [Group: UInt64], [Group: UInt64], [Group: UInt64]) =
      ([:], [:], [:], [:])
    for row in rows {
      let start = batch.starts[row]
      guard let column = columns.column(of: start) else { continue }
      let isInside = comparison.window.map { $0.contains(start.unixNanoseconds) } ?? true
      let isSelected = isInside && selected.contains(row)
      spans &+= 1
      func group(_ entry: UInt32) -> Group { Group(entry: entry, column: column, isSelected: isSelected) }
      resources[group(batch.resourceIndices[row]), default: 0] += 1
      names[group(batch.nameIndices[row]), default: 0] += 1
      kinds[group(UInt32(bitPattern: batch.kinds[row].rawValue)), default: 0] += 1
      codes[group(UInt32(bitPattern: batch.statusCodes[row].rawValue)), default: 0] += 1
      for attribute in try batch.attributes(at: row) {
        count("span.\(attribute.key)", attribute.value, 1, column, isSelected)
      }
    }
    for (group, number) in resources {
      for attribute in batch.resources[Int(group.entry)].attributes {
        count("resource.\(attribute.key)", attribute.value, number, group.column, group.isSelected)
      }
    }
    for (group, number) in names {
      count("name", .string(batch.names[Int(group.entry)]), number, group.column, group.isSelected)
    }
    for (group, number) in kinds {
      let kind = SpanKind(rawValue: Int32(bitPattern: group.entry))
      count("kind", .string(kind.description), number, group.column, group.isSelected)
    }
    for (group, number) in codes {
      let code = SpanStatus.Code(rawValue: Int32(bitPattern: group.entry))
      count("status", .string(code.description), number, group.column, group.isSelected)
    }
  }

  private mutating func count(
    _ key: String, _ whole: AttributeValue, _ number: UInt64, _ column: Int, _ isSelected: Bool
  ) {
    let value = whole.asLabel
    if keys[key] == nil {
      guard keys.count < QueryLimits.comparedKeysMax, valueCount < valueCountMax else { return drop(key, value) }
      keys[key] = Key(total: Counts(columns: columns.count))
      valueCount += 1
    }
    keys[key]?.total.add(number, column, isSelected: isSelected)
    if keys[key]?.values[value] == nil {
      guard (keys[key]?.values.count ?? 0) < QueryLimits.comparedValuesMax, valueCount < valueCountMax else {
        return drop(key, value)
      }
      keys[key]?.values[value] = Counts(columns: columns.count)
      valueCount += 1
    }
    keys[key]?.values[value]?.add(number, column, isSelected: isSelected)
  }

  private mutating func drop(_ key: String, _ value: AttributeValue) {
    guard dropped.count < QueryLimits.metricsDroppedMax else { return }
    var hasher = Hasher()
    hasher.combine(key)
    hasher.combine(value)
    dropped.insert(hasher.finalize())
  }

  /// Of each attribute the commonest values of the selection, and those of the others; and, for shares, of all its values
  /// together.
  func answer(cut: AnswerCut?) -> SpanMetrics {
    var answer = SpanMetrics(
      columns: columns, droppedSeries: UInt64(dropped.count), spans: spans,
      cut: cut ?? (dropped.isEmpty ? nil : .limit))
    for (key, found) in keys.sorted(by: { $0.key < $1.key }) {
      for (isSelection, name) in [(true, "selection"), (false, "baseline")] {
        func sum(_ counts: Counts) -> UInt64 { isSelection ? counts.selectionSum : counts.baselineSum }
        func series(_ type: String, _ value: AttributeValue, _ counts: Counts) -> SpanMetrics.Series {
          SpanMetrics.Series(
            labels: [Attribute("__meta_type", .string(type)), Attribute(key, value)],
            points: (isSelection ? counts.selection : counts.baseline).map { Double($0) })
        }
        let commonest = found.values.filter { sum($0.value) > 0 }.sorted { left, right in
          sum(left.value) != sum(right.value)
            ? sum(left.value) > sum(right.value) : "\(left.key)" < "\(right.key)"
        }.prefix(comparison.valuesMax)
        for (value, counts) in commonest { answer.series.append(series(name, value, counts)) }
        if sum(found.total) > 0 { answer.series.append(series("\(name)_total", .empty, found.total)) }
      }
    }
    return answer
  }
}
